package dev.difftop.api.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The values a numeric configuration key may take. On an array, list or map it holds for every
 * element. NaN is outside every range, and so is infinity unless it is allowed.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {
  /** The smallest value. */
  double min() default Double.NEGATIVE_INFINITY;

  /** The largest value. */
  double max() default Double.POSITIVE_INFINITY;

  /** Whether {@code min} and {@code max} themselves are outside. */
  boolean open() default false;

  /** Whether infinity is inside where {@code min} or {@code max} is infinite. */
  boolean infinite() default false;
}
