package dev.difftop.learning;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Named numbers that a learner resumes with: episodes, skipped updates, running scales. */
public final class Counters {
  private final Map<String, Double> values = new TreeMap<>();

  /** A number; 0 before it was first set. */
  public double get(String name) {
    return values.getOrDefault(name, 0.0);
  }

  /** A whole number, exact up to 2^53. */
  public long count(String name) {
    return (long) get(name);
  }

  /** Sets a number. */
  public void set(String name, double value) {
    values.put(name, value);
  }

  /** Adds to a number; returns the sum. */
  public double add(String name, double amount) {
    return values.merge(name, amount, Double::sum);
  }

  /** All of them, by name. */
  public Map<String, Double> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Replaces all of them. */
  public void restore(Map<String, Double> saved) {
    values.clear();
    values.putAll(saved);
  }
}
