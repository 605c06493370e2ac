package dev.difftop.api;

/**
 * Offers a {@link Dynamics} by name.
 *
 * @param <C> its configuration record
 */
public interface DynamicsProvider<C extends Record> extends Provider<C, Dynamics> {}
