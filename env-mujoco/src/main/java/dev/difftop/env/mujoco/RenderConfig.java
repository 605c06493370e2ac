package dev.difftop.env.mujoco;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.env.mujoco.physics.RenderSettings;

/** How images are made; every embellishment costs time where there is no graphics card. */
public record RenderConfig(
    @Doc("samples per pixel against jagged edges; 0 or 1 for none, 4 looks smooth")
        @Range(min = 0, max = 16)
        @Default("4")
        int samples,
    @Doc("whether lights cast shadows") @Default("true") boolean shadows,
    @Doc("whether floors mirror what stands on them") @Default("true") boolean reflections) {

  /** The defaults. */
  public static RenderConfig standard() {
    return new RenderConfig(4, true, true);
  }

  RenderSettings settings() {
    return new RenderSettings(samples, shadows, reflections);
  }
}
