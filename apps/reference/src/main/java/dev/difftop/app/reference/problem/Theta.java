package dev.difftop.app.reference.problem;

import dev.difftop.api.config.Nearest;
import dev.difftop.app.reference.format.Faults;
import dev.difftop.app.reference.format.Values;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a classical model as a file gives them.
 *
 * @param names in the order of the file, each parameter of the model once
 * @param values in the same order
 */
record Theta(List<String> names, double[] values) {
  private static final String NAMES = "theta_names";

  /**
   * Reads {@code theta_names} and {@code theta}.
   *
   * @param faults receives unknown, repeated and missing names
   */
  static Theta read(ClassicalModel model, Values file, Faults faults) {
    List<String> names = file.texts(NAMES);
    List<String> known = model.parameters();
    boolean allKnown = true;
    for (int i = 0; i < names.size(); i++) {
      String place = "%s[%d]".formatted(NAMES, i);
      String name = names.get(i);
      if (!known.contains(name)) {
        allKnown = false;
        String hint = Nearest.to(name, known).map(n -> ", did you mean " + n + "?").orElse("");
        faults.add("UNKNOWN_NAME", place, "found %s%s".formatted(name, hint));
      } else if (names.indexOf(name) < i) {
        faults.add("DUPLICATE_KEY", place, "found %s a second time".formatted(name));
      }
    }
    List<String> missing = new ArrayList<>(known);
    missing.removeAll(names);
    if (allKnown && !missing.isEmpty()) {
      faults.add("MISSING_KEY", NAMES, "has no %s".formatted(String.join(", ", missing)));
    }
    return new Theta(names, file.array("theta"));
  }

  /** The value of a parameter. */
  double value(String parameter) {
    return values[names.indexOf(parameter)];
  }

  /** Place of a parameter's value in the file. */
  String path(String parameter) {
    return "theta[%d] (%s)".formatted(names.indexOf(parameter), parameter);
  }
}
