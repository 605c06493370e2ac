/** Files in robomimic layout: reading, writing, merging, and conversion of any format to it. */
package dev.difftop.data.hdf5.robomimic;
