package dev.difftop.app.assembly;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used: everything that is wrong with it, at once. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  /** One line per fault. */
  public ConfigurationException(List<Fault> faults) {
    super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  /** A single fault. */
  public ConfigurationException(Fault fault) {
    this(List.of(fault));
  }

  /** Everything that is wrong, in the order of the file. */
  public List<Fault> faults() {
    return faults;
  }
}
