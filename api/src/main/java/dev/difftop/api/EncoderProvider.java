package dev.difftop.api;

/**
 * Offers an {@link Encoder} by name.
 *
 * @param <C> its configuration record
 */
public interface EncoderProvider<C extends Record> extends Provider<C, Encoder> {}
