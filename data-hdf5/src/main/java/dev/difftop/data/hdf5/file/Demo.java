package dev.difftop.data.hdf5.file;

import java.util.Map;

/**
 * One episode of a file.
 *
 * @param name its name in the file
 * @param length T, the number of actions
 * @param arrays every dataset below it, by path relative to it, in the order of the file
 */
public record Demo(String name, int length, Map<String, Rows> arrays) {}
