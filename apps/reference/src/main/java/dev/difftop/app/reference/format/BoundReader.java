package dev.difftop.app.reference.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads bounds of the actions: a number, {@code null} for none, one number per stage {@code [H]},
 * per component {@code [nu]}, or per stage and component {@code [H][nu]}; at the top of a file with
 * several instances also a list with one of these for every instance.
 *
 * @param horizon H
 * @param nu size of an action
 * @param instances number of instances of the file; 0 where a list over them makes no sense
 * @param faults receives whatever is wrong
 */
record BoundReader(int horizon, int nu, int instances, Faults faults) {
  /**
   * The bounds of one instance.
   *
   * @param instance its number in the file
   */
  Optional<Bound> read(Object raw, String path, int instance) {
    if (raw == null) {
      return Optional.empty();
    }
    NestedNumbers all = NestedNumbers.withGaps(raw);
    if (all.culprit().isPresent()) {
      faults.add("TYPE_MISMATCH", path + all.culprit().get().path(), all.culprit().get().message());
      return Optional.empty();
    }
    List<Optional<Bound>> readings = new ArrayList<>(readings(all));
    if (raw instanceof List<?> list && instances > 0 && list.size() == instances) {
      Object own = list.get(instance);
      readings.addAll(
          own == null ? List.of(Optional.empty()) : readings(NestedNumbers.withGaps(own)));
    }
    if (readings.size() != 1) {
      faults.add("SHAPE_MISMATCH", path, message(all, readings.isEmpty()));
      return Optional.empty();
    }
    return readings.get(0);
  }

  private String message(NestedNumbers found, boolean none) {
    if (none) {
      return "found shape %s, expected a number, [%d] (one per stage)%s%s"
          .formatted(
              found.shape(),
              horizon,
              nu > 1 ? ", [%d] (one per component of the action)".formatted(nu) : "",
              " or [%d][%d]".formatted(horizon, nu));
    }
    return "found shape %s, which can be read in two ways; write it as [H][nu] = [%d][%d]%s"
        .formatted(found.shape(), horizon, nu, instances > 0 ? " in every instance" : "");
  }

  /** All ways to read a list, apart from one over the instances. */
  private List<Optional<Bound>> readings(NestedNumbers given) {
    List<Optional<Bound>> readings = new ArrayList<>();
    if (given.dims().isEmpty()) {
      return readings;
    }
    int[] dims = given.dims().get();
    boolean perStage = dims.length == 1 && dims[0] == horizon;
    boolean perComponent = dims.length == 1 && dims[0] == nu && (nu > 1 || horizon > 1);
    boolean whole = dims.length == 2 && dims[0] == horizon && dims[1] == nu;
    if (dims.length == 0 || perStage || whole) {
      readings.add(Optional.of(Bound.spread(given.values(), dims, perStage, horizon, nu)));
    }
    if (perComponent) {
      readings.add(Optional.of(Bound.spread(given.values(), dims, false, horizon, nu)));
    }
    return readings;
  }
}
