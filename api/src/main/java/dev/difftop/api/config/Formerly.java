package dev.difftop.api.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names that a configuration key had in earlier versions. A configuration that has one of them is
 * refused with a message that gives the present name.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Formerly {
  /** The earlier names, as they stood in configurations, such as {@code action-price}. */
  String[] value();
}
