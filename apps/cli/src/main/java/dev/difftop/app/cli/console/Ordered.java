package dev.difftop.app.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Documents whose order is the same in every run. Maps and sets that keep an order keep it; those
 * that do not ({@link Map#of}, {@link HashMap}) are sorted.
 */
final class Ordered {
  private Ordered() {}

  /** The same document, in order. */
  static Object of(Object document) {
    if (document instanceof Map<?, ?> map) {
      return of(map);
    }
    if (document instanceof Collection<?> items) {
      List<Object> out = new ArrayList<>();
      items.forEach(item -> out.add(of(item)));
      if (items instanceof Set<?> set && hasNoOrder(set.getClass(), HashSet.class, Set.of())) {
        out.sort((a, b) -> String.valueOf(a).compareTo(String.valueOf(b)));
      }
      return out;
    }
    if (document instanceof Object[] items) {
      return of(Arrays.asList(items));
    }
    return document;
  }

  /** The same map, in order. */
  static Map<String, Object> of(Map<?, ?> map) {
    Map<String, Object> out =
        hasNoOrder(map.getClass(), HashMap.class, Map.of())
            ? new TreeMap<>()
            : new LinkedHashMap<>();
    map.forEach((key, value) -> out.put(String.valueOf(key), of(value)));
    return out;
  }

  /** Whether a collection is a hash table, or immutable like {@code immutable}. */
  private static boolean hasNoOrder(Class<?> type, Class<?> hash, Object immutable) {
    return type == hash || type.getEnclosingClass() == immutable.getClass().getEnclosingClass();
  }
}
