/** Files as Minari stores them. */
package dev.difftop.data.hdf5.minari;
