package dev.difftop.app.reference.format;

/**
 * Bounds of the actions on one side, as a file gives them: a number, one per stage, one per
 * component of the action, or one per stage and component; {@code null} for none.
 *
 * @param values spread over all stages and components, shape (H, nu) row-major; NaN where the file
 *     says {@code null}
 * @param dims shape in the file, without axes for a number
 * @param perStage whether a list with one axis runs over the stages; else over the components
 */
public record Bound(double[] values, int[] dims, boolean perStage) {
  /** The value of a component, or {@code none} where there is no bound. */
  public double orElse(int component, double none) {
    return Double.isNaN(values[component]) ? none : values[component];
  }

  /**
   * Sums what belongs to one number of the file.
   *
   * @param spread a derivative per stage and component, (H, nu) row-major
   * @param nu size of an action
   * @return the derivative in the numbers of the file, row-major
   */
  public double[] gather(double[] spread, int nu) {
    int size = 1;
    for (int d : dims) {
      size *= d;
    }
    double[] out = new double[size];
    for (int i = 0; i < spread.length; i++) {
      out[index(i, nu)] += spread[i];
    }
    return out;
  }

  private int index(int component, int nu) {
    return switch (dims.length) {
      case 0 -> 0;
      case 1 -> perStage ? component / nu : component % nu;
      default -> component;
    };
  }

  /** Spreads the numbers of a file over stages and components. */
  static Bound spread(double[] given, int[] dims, boolean perStage, int horizon, int nu) {
    Bound shape = new Bound(given, dims, perStage);
    double[] values = new double[horizon * nu];
    for (int i = 0; i < values.length; i++) {
      values[i] = given[shape.index(i, nu)];
    }
    return new Bound(values, dims, perStage);
  }
}
