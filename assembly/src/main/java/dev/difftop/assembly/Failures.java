package dev.difftop.assembly;

import dev.difftop.api.DataException;
import dev.difftop.api.PartException;
import dev.difftop.api.PartRefusalException;
import dev.difftop.api.config.ConfigurationException;
import java.util.Arrays;

/** What the parts of one plugin throw, reported with plugin, module, exception, class and line. */
record Failures(Plugin plugin) {

  /**
   * The exception for a caller.
   *
   * @param during constructor or method, such as {@code solve}
   * @param thrown by the part
   * @return what to throw; the same where it already says who failed, or belongs to the contract
   */
  RuntimeException of(String during, Throwable thrown) {
    if (thrown instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
      throw error;
    }
    if (thrown instanceof RuntimeException known && belongsToTheContract(known)) {
      return known;
    }
    String place = place(thrown);
    if (thrown instanceof IllegalArgumentException refusal) {
      return new PartRefusalException(
          plugin.toString(),
          "%s: %s (%s)".formatted(plugin.label(), Discovery.chain(refusal), place),
          refusal);
    }
    String message = thrown.getMessage() == null ? "" : ": " + Discovery.chain(thrown);
    return new PartException(
        plugin.toString(),
        "%s: %s threw %s%s (%s)"
            .formatted(plugin.label(), during, thrown.getClass().getName(), message, place),
        thrown);
  }

  /** A contract that a part breaks. */
  PartException broken(String during, String message) {
    return new PartException(
        plugin.toString(), "%s: %s: %s".formatted(plugin.label(), during, message), null);
  }

  private boolean belongsToTheContract(RuntimeException thrown) {
    return thrown instanceof PartException
        || thrown instanceof PartRefusalException
        || thrown instanceof DataException
        || thrown instanceof ConfigurationException
        || plugin.service().contractExceptions().stream().anyMatch(c -> c.isInstance(thrown));
  }

  /** The line of the plugin's module that is nearest to where it was thrown. */
  private String place(Throwable thrown) {
    StackTraceElement[] trace = root(thrown).getStackTrace();
    String pack = plugin.provider().getClass().getPackageName();
    return Arrays.stream(trace)
        .filter(
            frame ->
                plugin.module().equals(frame.getModuleName())
                    || frame.getClassName().startsWith(pack + "."))
        .findFirst()
        .or(() -> Arrays.stream(trace).findFirst())
        .map(
            frame ->
                "%s.%s, %s:%d"
                    .formatted(
                        frame.getClassName(),
                        frame.getMethodName(),
                        frame.getFileName(),
                        frame.getLineNumber()))
        .orElse("no line known");
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
