package dev.difftop.env.mujoco;

import dev.difftop.env.mujoco.ReferenceData.Section;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a compiled model with recorded numbers of one: per element kind the largest relative
 * difference. An element is found by its name, or by its place where it has none. A difference is
 * relative to the largest number of the element's array (a position, an inertia), or absolute where
 * that is 0. An element that is not there counts as 1.
 *
 * <p>Where the task sets a number itself (the size of a target, the damping of a hinge), the
 * recording may hold that or the number of the file, and where it places something at random the
 * recorded place says nothing; a task may also have no use for some elements of the official model.
 */
final class ModelComparison {
  private static final double MISSING = 1;
  private static final int UNUSED = -1;

  /** MuJoCo's number of the kind "site". */
  private static final int SITE_TYPE = 6;

  private final Simulation simulation;
  private final Model model;
  private final TaskDefinition task;
  private final List<String> remarks = new ArrayList<>();
  private List<String> siteNames = List.of();

  /**
   * A comparison.
   *
   * @param simulation of the model, in which the task has set its parameters
   */
  ModelComparison(Simulation simulation, TaskDefinition task) {
    this.simulation = simulation;
    this.model = simulation.model();
    this.task = task;
  }

  /** What else there is to say, such as which element is missing. */
  List<String> remarks() {
    return remarks;
  }

  /** Compares every kind that the reference has. */
  Map<String, Double> compare(Section reference) {
    Map<String, Double> figures = new LinkedHashMap<>();
    if (reference.isObject("site") && reference.section("site").has("names")) {
      siteNames = reference.section("site").names("names");
    }
    for (String kind : reference.keys()) {
      figures.put(kind, figure(reference, kind));
    }
    return figures;
  }

  private double figure(Section reference, String kind) {
    if (!reference.isObject(kind)) {
      return rows(reference, kind, kind, List.of());
    }
    Section section = reference.section(kind);
    return switch (kind) {
      case "counts" -> counts(section);
      case "option" -> options(section);
      default -> elements(kind, section);
    };
  }

  private double counts(Section section) {
    double worst = 0;
    for (String name : section.keys()) {
      if (name.equals("nsite") && lacksSites()) {
        continue;
      }
      int found;
      try {
        found = model.size(name);
      } catch (IllegalArgumentException e) {
        throw section.unknown(name, e.getMessage());
      }
      double expected = section.number(name);
      if (found != expected) {
        remarks.add("%s is %d, expected %.0f".formatted(name, found, expected));
      }
      worst = Math.max(worst, difference(new double[] {found}, new double[] {expected}));
    }
    return worst;
  }

  private double options(Section section) {
    double worst = 0;
    for (String name : section.keys()) {
      double[] found;
      try {
        found = model.option(name);
      } catch (IllegalArgumentException e) {
        throw section.unknown(name, e.getMessage());
      }
      double[] expected =
          found.length == 1 ? new double[] {section.number(name)} : section.vector(name);
      section.requireLength(name, expected.length, found.length);
      worst = Math.max(worst, difference(found, expected));
    }
    return worst;
  }

  private double elements(String kind, Section section) {
    List<String> names = section.has("names") ? section.names("names") : List.of();
    double worst = 0;
    for (String field : section.keys()) {
      if (!field.equals("names")) {
        worst = Math.max(worst, rows(section, field, kind + "_" + field, indices(kind, names)));
      }
    }
    return worst;
  }

  /**
   * Where each element of the reference is in the model, {@link #UNUSED} for one that the task has
   * no use for; no list at all for "at the same place".
   */
  private List<Optional<Integer>> indices(String kind, List<String> names) {
    Optional<Element> element =
        Arrays.stream(Element.values()).filter(e -> e.prefix().equals(kind)).findFirst();
    if (element.isEmpty()) {
      return List.of();
    }
    List<Optional<Integer>> indices = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (element.get() == Element.SITE && isUnused(name)) {
        indices.add(Optional.of(UNUSED));
        continue;
      }
      Optional<Integer> index = name.isEmpty() ? Optional.of(i) : model.find(element.get(), name);
      if (index.isEmpty()) {
        remark("no %s named \"%s\"".formatted(element.get().title(), name));
      }
      indices.add(index);
    }
    return indices;
  }

  private boolean lacksSites() {
    return !task.unusedSites().isEmpty();
  }

  private boolean isUnused(String site) {
    return lacksSites() && site.matches(task.unusedSites());
  }

  /** The number here of what a sensor of the reference looks at, if that is a site. */
  private double[] renumbered(String field, int sensor, double[] expected) {
    boolean site =
        field.equals("sensor_objid")
            && model.field("sensor_objtype").values()[sensor] == SITE_TYPE
            && expected[0] >= 0
            && expected[0] < siteNames.size();
    if (!lacksSites() || !site) {
      return expected;
    }
    return new double[] {model.find(Element.SITE, siteNames.get((int) expected[0])).orElse(UNUSED)};
  }

  private void remark(String text) {
    if (!remarks.contains(text)) {
      remarks.add(text);
    }
  }

  private double rows(Section section, String key, String field, List<Optional<Integer>> indices) {
    double[][] expected = section.table(key);
    Model.Field found;
    try {
      found = model.field(field);
    } catch (IllegalArgumentException e) {
      throw section.unknown(key, e.getMessage());
    }
    double[] asSet = simulation.parameters(field);
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      Optional<Integer> at = indices.isEmpty() ? Optional.of(i) : indices.get(i);
      if (at.isPresent() && at.get() == UNUSED) {
        continue;
      }
      if (at.isEmpty() || at.get() >= found.rows()) {
        worst = Math.max(worst, MISSING);
        continue;
      }
      section.requireLength(key + "[" + i + "]", expected[i].length, found.columns());
      int start = at.get() * found.columns();
      double[] row = Arrays.copyOfRange(found.values(), start, start + found.columns());
      double[] set = Arrays.copyOfRange(asSet, start, start + found.columns());
      boolean placed = field.endsWith("_pos") && !Arrays.equals(row, set);
      double[] wanted = renumbered(field, at.get(), expected[i]);
      double figure = placed ? 0 : Math.min(difference(row, wanted), difference(set, wanted));
      worst = Math.max(worst, figure);
    }
    return worst;
  }

  private static double difference(double[] found, double[] expected) {
    double scale = 0;
    double largest = 0;
    for (int i = 0; i < found.length; i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      largest = Math.max(largest, Math.abs(found[i] - expected[i]));
    }
    double relative = scale == 0 ? largest : largest / scale;
    return Double.isFinite(relative) ? relative : Double.MAX_VALUE;
  }
}
