package dev.difftop.api;

import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;

/**
 * Where a part of a problem says what leaves its programs read: parameters, shared by all samples
 * and learned; context, one value per sample, given with every solve.
 */
public interface Declarations {
  /**
   * Declares a parameter of this part.
   *
   * @param name path below the part, such as {@code 0/weight}; read with {@link Point#parameter}
   * @param shape its shape, not batched
   * @param initializer how it starts
   */
  void parameter(String name, Shape shape, Initializer initializer);

  /**
   * Declares a context leaf. Two parts may declare the same leaf with the same shape: they read the
   * same values.
   *
   * @param name such as {@code goal} or {@code code}; read with {@link Point#context}
   * @param sample its shape for one sample
   */
  void context(String name, Shape sample);
}
