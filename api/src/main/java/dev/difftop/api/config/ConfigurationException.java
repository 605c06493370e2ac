package dev.difftop.api.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used: everything that is wrong with it, at once. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Violation> faults;

  /** With one line for each violation. */
  public ConfigurationException(List<Violation> faults) {
    super(faults.stream().map(Violation::toString).collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  /** A single violation. */
  public ConfigurationException(Violation fault) {
    this(List.of(fault));
  }

  /** Everything that is wrong, in the order of the file. */
  public List<Violation> faults() {
    return faults;
  }
}
