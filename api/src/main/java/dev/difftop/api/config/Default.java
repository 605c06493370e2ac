package dev.difftop.api.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value a configuration key takes when it is not given, written as YAML ({@code 1e-8}, {@code
 * [64, 64]}, {@code {}}). A key without a default is required, unless its type is {@link
 * java.util.Optional}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  /** The default, as YAML. */
  String value();
}
