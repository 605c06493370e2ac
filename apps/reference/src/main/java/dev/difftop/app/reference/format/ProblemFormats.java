package dev.difftop.app.reference.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kinds of problem files in JSON: which keys each has. Readers, the JSON schema and the
 * documentation are made from these declarations.
 */
public final class ProblemFormats {
  /** Kind by the pattern of its {@code problem}, in the order of the documentation. */
  private static final Map<String, Format> KINDS = kinds();

  private ProblemFormats() {}

  /** The format of a file, by the value of its key {@code problem}. */
  public static Optional<Format> of(String problem) {
    return KINDS.entrySet().stream()
        .filter(kind -> matches(kind.getKey(), problem))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** All formats by the pattern of {@code problem}; {@code *} stands for any ending. */
  public static Map<String, Format> all() {
    return new LinkedHashMap<>(KINDS);
  }

  private static boolean matches(String pattern, String problem) {
    return pattern.endsWith("*")
        ? problem.startsWith(pattern.substring(0, pattern.length() - 1))
        : problem.equals(pattern);
  }

  private static Map<String, Format> kinds() {
    Map<String, Format> kinds = new LinkedHashMap<>();
    kinds.put("pendulum-*", classical("pendulum-*", "g, m, l, q_c, q_s, q_w, r"));
    kinds.put("cartpole-*", classical("cartpole-*", "g, mc, mp, l, q_x, q_v, q_c, q_s, q_w, r"));
    kinds.put("lqr", linearQuadratic());
    kinds.put("mlp", networks());
    return kinds;
  }

  private static Format classical(String kind, String parameters) {
    Format instance =
        format(
            List.of(
                Field.array("x0", Dims.of("nx"), "initial state"),
                Field.array("u_warm", Dims.of("H"), "actions that --start warm begins with")
                    .optional()),
            bounds("H"),
            provenance());
    return format(
        List.of(
            problem(kind),
            Field.count("H", "horizon: number of actions"),
            Field.number("dt", Limits.POSITIVE, "time step in seconds"),
            Field.texts("theta_names", "names of the parameters: " + parameters),
            Field.array("theta", Dims.of("theta_names"), "values of the parameters"),
            Field.array("loss_a", Dims.of("H"), "weights a_t of the loss sum_t a_t u_t"),
            Field.array("u_init", Dims.of("H"), "actions that --start init begins with").optional(),
            Field.objects("instances", instance, "the problems")),
        bounds("H"),
        provenance());
  }

  private static Format linearQuadratic() {
    Format instance =
        format(
            List.of(
                Field.count("nx", "size of the state"),
                Field.count("nu", "size of the action"),
                Field.count("T", "number of stages and of actions"),
                Field.array("C", Dims.of("T", "nx+nu", "nx+nu"), "Hessians of the stage costs"),
                Field.array("c", Dims.of("T", "nx+nu"), "gradients of the stage costs"),
                Field.array("F", Dims.of("T-1", "nx", "nx+nu"), "Jacobians of the dynamics"),
                Field.array("f", Dims.of("T-1", "nx"), "offsets of the dynamics"),
                Field.array("x0", Dims.of("nx"), "initial state"),
                Field.array("uref", Dims.of("nu"), "u_ref of the loss 1/2 |u_0 - u_ref|²")),
            bounds("T"),
            provenance());
    return format(
        List.of(problem("lqr"), Field.objects("instances", instance, "the problems")),
        bounds("T"),
        provenance());
  }

  private static Format networks() {
    List<Field> weights = new ArrayList<>();
    network("dyn", "nz+na", "nz", weights);
    network("rew", "nz+na", "1", weights);
    network("val", "nz", "1", weights);
    return format(
        List.of(
            problem("mlp"),
            Field.count("nz", "size of the latent state"),
            Field.count("na", "size of the action"),
            Field.count("nh", "width of the hidden layers"),
            Field.count("H", "horizon: number of actions"),
            Field.number("gamma", Limits.SHARE, "discount"),
            Field.number("rho", Limits.NOT_NEGATIVE, "control penalty"),
            Field.object("weights", new Format(weights), "the networks"),
            Field.array("z0", Dims.of("nz"), "initial latent state"),
            Field.array("loss_w", Dims.of("na"), "weights w of the loss w · a_0"),
            Field.array("a_init", Dims.of("H", "na"), "actions that --start init begins with")
                .optional(),
            Field.array("a_warm", Dims.of("H", "na"), "actions that --start warm begins with")
                .optional()),
        bounds("H"),
        provenance());
  }

  private static void network(String name, String inputs, String outputs, List<Field> into) {
    String net =
        switch (name) {
          case "dyn" -> "dynamics";
          case "rew" -> "reward";
          default -> "terminal value";
        };
    into.add(Field.array(name + ".W1", Dims.of("nh", inputs), net + ": weights, first layer"));
    into.add(Field.array(name + ".b1", Dims.of("nh"), net + ": biases, first layer"));
    into.add(Field.array(name + ".W2", Dims.of(outputs, "nh"), net + ": weights, second layer"));
    into.add(Field.array(name + ".b2", Dims.of(outputs), net + ": biases, second layer"));
  }

  private static Field problem(String kind) {
    return Field.text("problem", "kind of problem", kind);
  }

  private static List<Field> bounds(String horizon) {
    Dims dims = Dims.of(horizon, "nu");
    return List.of(
        Field.bound("umax", dims, "upper bounds of the actions; null for none"),
        Field.bound(
            "umin", dims, "lower bounds; null for none; left out: the negative of the upper ones"));
  }

  /** Where a file comes from, and what is known of its solution: never read. */
  private static List<Field> provenance() {
    return List.of(
        Field.any("description", "text for readers; not read"),
        Field.any("seed", "how the numbers were drawn; not read"),
        Field.any("x0_seed", "likewise"),
        Field.any("theta_seed", "likewise"),
        Field.any("scale", "likewise"),
        Field.any("truth", "reference solution and gradients; not read"),
        Field.any("verification", "how the reference was verified; not read"));
  }

  @SafeVarargs
  private static Format format(List<Field>... groups) {
    List<Field> fields = new ArrayList<>();
    for (List<Field> group : groups) {
      fields.addAll(group);
    }
    return new Format(fields);
  }
}
