package dev.difftop.assembly;

/** A part that could not be made: which plugin, and what its constructor said. */
public final class PartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Plugin plugin;

  PartException(Plugin plugin, String message, Throwable cause) {
    super(
        "%s (module %s, %s): %s".formatted(plugin, plugin.module(), plugin.source(), message),
        cause);
    this.plugin = plugin;
  }

  /** The plugin. */
  public Plugin plugin() {
    return plugin;
  }

  /** Whether the part refused its configuration or the shapes it was given, rather than failing. */
  public boolean isRefusal() {
    return getCause() instanceof IllegalArgumentException;
  }
}
