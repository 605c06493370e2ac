package dev.difftop.env.mujoco;

import dev.difftop.env.mujoco.ReferenceData.Section;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
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
 */
final class ModelComparison {
  private static final double MISSING = 1;

  private final Model model;
  private final List<String> remarks = new ArrayList<>();

  ModelComparison(Model model) {
    this.model = model;
  }

  /** What else there is to say, such as which element is missing. */
  List<String> remarks() {
    return remarks;
  }

  /** Compares every kind that the reference has. */
  Map<String, Double> compare(Section reference) {
    Map<String, Double> figures = new LinkedHashMap<>();
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

  /** Where each element of the reference is in the model; empty for "at the same place". */
  private List<Optional<Integer>> indices(String kind, List<String> names) {
    Optional<Element> element =
        Arrays.stream(Element.values()).filter(e -> e.prefix().equals(kind)).findFirst();
    if (element.isEmpty()) {
      return List.of();
    }
    List<Optional<Integer>> indices = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Optional<Integer> index = name.isEmpty() ? Optional.of(i) : model.find(element.get(), name);
      if (index.isEmpty()) {
        remark("no %s named \"%s\"".formatted(element.get().title(), name));
      }
      indices.add(index);
    }
    return indices;
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
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      Optional<Integer> at = indices.isEmpty() ? Optional.of(i) : indices.get(i);
      if (at.isEmpty() || at.get() >= found.rows()) {
        worst = Math.max(worst, MISSING);
        continue;
      }
      section.requireLength(key + "[" + i + "]", expected[i].length, found.columns());
      int start = at.get() * found.columns();
      double[] row = Arrays.copyOfRange(found.values(), start, start + found.columns());
      worst = Math.max(worst, difference(row, expected[i]));
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
