package dev.difftop.api.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A configuration that was read.
 *
 * @param <R> its record
 * @param value the record
 * @param yaml the whole of it as YAML, every default filled in; reads back as an equal
 *     configuration
 * @param document the same as plain maps, lists, texts, numbers and booleans
 * @param notes effects that the user may not expect, one line each
 * @param files the files and folders that it names
 */
public record Configuration<R extends Record>(
    R value, String yaml, Map<String, Object> document, List<String> notes, List<Path> files) {}
