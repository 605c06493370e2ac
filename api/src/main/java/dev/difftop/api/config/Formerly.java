package dev.difftop.api.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keys of earlier versions. A configuration that has one of them is refused with a message that
 * gives the present name. On a record component: the names that the key had, such as {@code
 * action-price}. On a record: keys that have moved, as {@code old.path -> new.path}, both below
 * this record; nothing after the arrow where a key has no successor.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
public @interface Formerly {
  /** The earlier names as they stood in configurations, or the moves. */
  String[] value();
}
