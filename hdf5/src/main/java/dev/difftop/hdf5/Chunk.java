package dev.difftop.hdf5;

/**
 * A chunk of a dataset as it is stored.
 *
 * @param bytes what is in the file, after all filters that were applied when it was written
 * @param skipped bit i is set if filter i of {@link H5Storage#filters()} was not applied
 */
record Chunk(byte[] bytes, int skipped) {}
