package dev.difftop.api;

/**
 * Offers a {@link Cost} by name.
 *
 * @param <C> its configuration record
 */
public interface CostProvider<C extends Record> extends Provider<C, Cost> {}
