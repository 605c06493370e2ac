/** Documents about files: counts, checksums, statistics, windows. */
package dev.difftop.data.hdf5.inspect;
