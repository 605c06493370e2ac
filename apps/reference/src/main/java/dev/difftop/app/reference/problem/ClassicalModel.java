package dev.difftop.app.reference.problem;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import dev.difftop.app.reference.format.Faults;
import dev.difftop.app.reference.format.Values;
import dev.difftop.assembly.Choice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The models of {@code pendulum-*} and {@code cartpole-*} problems: the plugins' settings in the
 * order of the parameters, so that the ranges that the plugins declare hold in problem files too.
 */
enum ClassicalModel {
  PENDULUM(
      2,
      List.of("g=gravity", "m=mass", "l=length"),
      List.of("q_c=cosine", "q_s=sine", "q_w=velocity", "r=action")),
  CARTPOLE(
      4,
      List.of("g=gravity", "mc=cart-mass", "mp=pole-mass", "l=half-length"),
      List.of(
          "q_x=position",
          "q_v=velocity",
          "q_c=cosine",
          "q_s=sine",
          "q_w=angular-velocity",
          "r=action"));

  private final int stateSize;
  private final Map<String, String> dynamics;
  private final Map<String, String> cost;

  ClassicalModel(int stateSize, List<String> dynamics, List<String> cost) {
    this.stateSize = stateSize;
    this.dynamics = pairs(dynamics);
    this.cost = pairs(cost);
  }

  private static Map<String, String> pairs(List<String> texts) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      int at = text.indexOf('=');
      pairs.put(text.substring(0, at), text.substring(at + 1));
    }
    return pairs;
  }

  /** The model of a kind of problem; null for another kind. */
  static ClassicalModel ofProblem(String problem) {
    for (ClassicalModel model : values()) {
      if (problem.startsWith(model.plugin() + "-")) {
        return model;
      }
    }
    return null;
  }

  /** Name of the dynamics. */
  String plugin() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code nx} and {@code nu}. */
  Map<String, Integer> sizes() {
    return Map.of("nx", stateSize, "nu", 1);
  }

  /** Names of all parameters. */
  List<String> parameters() {
    List<String> names = new ArrayList<>(dynamics.keySet());
    names.addAll(cost.keySet());
    return names;
  }

  /** Name of a parameter in the problem. */
  String fullName(String parameter) {
    return (dynamics.containsKey(parameter) ? "dynamics/" : "cost/") + parameter;
  }

  /**
   * The form of the problems that all instances of a file share.
   *
   * @param limits settings of the cost {@code limited}; empty for none
   * @throws dev.difftop.api.DataException if a value is outside the range that a plugin declares
   */
  ProblemSpec spec(Values file, Theta theta, List<String> limits, Parts parts, Faults faults) {
    Shapes shapes = Parts.shapes(stateSize, 1);
    List<String> ofDynamics = new ArrayList<>(List.of("dt=" + file.number("dt")));
    ofDynamics.addAll(settings(dynamics, theta));
    Choice<Dynamics> moving =
        choose(Dynamics.class, plugin(), ofDynamics, dynamics, theta, parts, faults);
    String name = plugin() + "-swingup";
    Choice<Cost> plain =
        choose(Cost.class, name, settings(cost, theta), cost, theta, parts, faults);
    faults.throwIfAny();
    return new ProblemSpec(
        parts.make(moving, shapes),
        limits.isEmpty() ? parts.make(plain, shapes) : limited(name, shapes, limits, parts),
        file.size("H"),
        1);
  }

  private static Cost limited(String name, Shapes shapes, List<String> limits, Parts parts) {
    List<String> settings = new ArrayList<>(List.of("cost=" + name));
    settings.addAll(limits);
    return parts.cost("limited", shapes, settings.toArray(String[]::new));
  }

  private static List<String> settings(Map<String, String> keys, Theta theta) {
    List<String> settings = new ArrayList<>();
    keys.forEach((parameter, key) -> settings.add(key + "=" + theta.value(parameter)));
    return settings;
  }

  /** Chooses a plugin with the file's values; what it refuses is a fault of the file. */
  private static <T> Choice<T> choose(
      Class<T> service,
      String name,
      List<String> settings,
      Map<String, String> keys,
      Theta theta,
      Parts parts,
      Faults faults) {
    try {
      return parts.choose(service, name, settings);
    } catch (ConfigurationException e) {
      for (Violation violation : e.faults()) {
        String place =
            keys.entrySet().stream()
                .filter(key -> key.getValue().equals(violation.path()))
                .map(key -> theta.path(key.getKey()))
                .findFirst()
                .orElse(violation.path());
        faults.add("OUT_OF_RANGE", place, violation.message());
      }
      return null;
    }
  }
}
