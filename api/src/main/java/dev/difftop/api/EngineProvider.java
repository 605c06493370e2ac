package dev.difftop.api;

import dev.difftop.api.program.Engine;

/**
 * Offers an {@link Engine} by name.
 *
 * @param <C> its configuration record
 */
public interface EngineProvider<C extends Record> extends Provider<C, Engine> {}
