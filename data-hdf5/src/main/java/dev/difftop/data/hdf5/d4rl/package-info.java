/** Flat files as D4RL stores them. */
package dev.difftop.data.hdf5.d4rl;
