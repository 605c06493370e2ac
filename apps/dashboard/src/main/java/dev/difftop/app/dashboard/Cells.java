package dev.difftop.app.dashboard;

/** Cells of tables. */
final class Cells {
  private Cells() {}

  /** The number of a cell; NaN for what was not measured, or is no number. */
  static double number(String cell) {
    try {
      return cell == null || cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
