package dev.difftop.assembly;

import java.util.Optional;

/**
 * What {@code describe} says of one key.
 *
 * @param key its path below the section, such as {@code layers[].width}
 * @param type what its value is
 * @param defaultValue the value it takes when it is not given, as YAML
 * @param required whether it must be given
 * @param range the values it may take; empty where all
 * @param doc what it means
 */
public record KeyDescription(
    String key,
    String type,
    Optional<String> defaultValue,
    boolean required,
    String range,
    String doc) {}
