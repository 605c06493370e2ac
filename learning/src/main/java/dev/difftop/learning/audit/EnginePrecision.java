package dev.difftop.learning.audit;

import dev.difftop.api.Chosen;
import dev.difftop.api.program.Engine;
import java.util.List;
import java.util.Map;

/** Precision of products that an engine's configuration asks for, key {@code precision}. */
public final class EnginePrecision {
  private static final String KEY = "precision";
  private static final String MIXED = "mixed";
  private static final String FULL = "float32";

  private EnginePrecision() {}

  /** Whether products of float32 programs are in mixed precision: it compiles no float64 then. */
  public static boolean isMixed(Chosen<Engine> engine) {
    return MIXED.equals(engine.document().get(KEY));
  }

  /** The same engine for programs in float64. */
  public static Chosen<Engine> full(Chosen<Engine> engine) {
    return isMixed(engine) ? engine.with(List.of(KEY + "=" + FULL)) : engine;
  }

  /** Every precision of this engine by name; the one alone if there is no choice. */
  public static Map<String, Chosen<Engine>> all(Chosen<Engine> engine) {
    return engine.document().containsKey(KEY)
        ? Map.of(
            FULL, engine.with(List.of(KEY + "=" + FULL)),
            MIXED, engine.with(List.of(KEY + "=" + MIXED)))
        : Map.of(FULL, engine);
  }
}
