package dev.difftop.app.assembly;

import java.util.List;

/**
 * A configuration that was read.
 *
 * @param <R> its record
 * @param value the record
 * @param yaml the whole of it as YAML, every default filled in; reads back as an equal
 *     configuration
 * @param notes what was done that the user may not expect, one line each
 */
public record Configuration<R extends Record>(R value, String yaml, List<String> notes) {}
