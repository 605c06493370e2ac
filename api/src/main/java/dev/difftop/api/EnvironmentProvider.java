package dev.difftop.api;

/**
 * Offers an {@link Environment} by name.
 *
 * @param <C> its configuration record
 */
public interface EnvironmentProvider<C extends Record> extends Provider<C, Environment> {}
