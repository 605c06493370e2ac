package dev.difftop.api;

/**
 * Offers a {@link Solver} by name.
 *
 * @param <C> its configuration record
 */
public interface SolverProvider<C extends Record> extends Provider<C, Solver> {}
