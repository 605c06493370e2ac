package dev.difftop.app.cli.control;

import java.util.Map;

/** The configuration records of the commands of this package. */
public final class ControlConfigurations {
  /** By the name of the command. */
  public static final Map<String, Class<? extends Record>> BY_COMMAND =
      Map.of("collect", CollectConfig.class, "play", PlayConfig.class);

  private ControlConfigurations() {}
}
