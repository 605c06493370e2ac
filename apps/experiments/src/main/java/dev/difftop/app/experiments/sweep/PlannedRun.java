package dev.difftop.app.experiments.sweep;

import java.util.Map;

/**
 * A run of a sweep.
 *
 * @param name of its folder: the changed values, the seed, the start of its hash
 * @param hash of the resolved configuration, the content of the files that it names, and the code
 * @param contentHash the same without the code
 * @param variation what is changed
 * @param seed of its random numbers
 * @param yaml resolved configuration, as the process reads it
 * @param document the same as plain maps and lists
 */
public record PlannedRun(
    String name,
    String hash,
    String contentHash,
    Variation variation,
    long seed,
    String yaml,
    Map<String, Object> document) {}
