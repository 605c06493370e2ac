package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Unary;

/**
 * One step of a fused loop, on tiles by number.
 *
 * @param kind what it does
 * @param column whether its result is a column, one number per row, rather than rows of columns
 * @param y tile written; -1 for a store
 * @param a first tile read, and {@code b}, {@code c} the next; -1 where there is none
 * @param number a constant operand
 * @param unary function of {@link Kind#UNARY}
 * @param binary function of the binary kinds
 * @param port memory read or written
 */
public record Instruction(
    Kind kind,
    boolean column,
    int y,
    int a,
    int b,
    int c,
    double number,
    Unary unary,
    Binary binary,
    Port port) {
  /** What instructions do. */
  public enum Kind {
    LOAD,
    STORE,
    FILL,
    UNARY,
    BINARY,
    BINARY_RIGHT,
    BINARY_LEFT,
    /** With a number per row on the right. */
    BINARY_COLUMN,
    /** With a number per row on the left. */
    COLUMN_BINARY,
    WHERE,
    SPREAD,
    SUM_ROWS,
    MAX_ROWS
  }

  public static Instruction load(boolean column, int y, Port port) {
    return new Instruction(Kind.LOAD, column, y, -1, -1, -1, 0, null, null, port);
  }

  public static Instruction store(boolean column, int a, Port port) {
    return new Instruction(Kind.STORE, column, -1, a, -1, -1, 0, null, null, port);
  }

  public static Instruction fill(boolean column, int y, double number) {
    return new Instruction(Kind.FILL, column, y, -1, -1, -1, number, null, null, null);
  }

  public static Instruction of(Kind kind, boolean column, int y, int a) {
    return new Instruction(kind, column, y, a, -1, -1, 0, null, null, null);
  }

  public static Instruction unary(Unary f, boolean column, int y, int a) {
    return new Instruction(Kind.UNARY, column, y, a, -1, -1, 0, f, null, null);
  }

  public static Instruction binary(Binary f, boolean column, int y, int a, int b) {
    return new Instruction(Kind.BINARY, column, y, a, b, -1, 0, null, f, null);
  }

  public static Instruction binaryRight(Binary f, boolean column, int y, int a, double number) {
    return new Instruction(Kind.BINARY_RIGHT, column, y, a, -1, -1, number, null, f, null);
  }

  public static Instruction binaryLeft(Binary f, boolean column, int y, double number, int b) {
    return new Instruction(Kind.BINARY_LEFT, column, y, b, -1, -1, number, null, f, null);
  }

  /** A full operand with a column, which is on the left or on the right. */
  public static Instruction binaryColumn(Binary f, boolean left, int y, int full, int column) {
    Kind kind = left ? Kind.COLUMN_BINARY : Kind.BINARY_COLUMN;
    return new Instruction(kind, false, y, full, column, -1, 0, null, f, null);
  }

  public static Instruction where(boolean column, int y, int mask, int a, int b) {
    return new Instruction(Kind.WHERE, column, y, mask, a, b, 0, null, null, null);
  }

  /** The same on other tiles. */
  public Instruction onTiles(int[] tile) {
    return new Instruction(
        kind,
        column,
        y < 0 ? -1 : tile[y],
        a < 0 ? -1 : tile[a],
        b < 0 ? -1 : tile[b],
        c < 0 ? -1 : tile[c],
        number,
        unary,
        binary,
        port);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (y >= 0) {
      text.append('t').append(y).append(column ? "|" : "").append(" = ");
    }
    text.append(
        unary != null
            ? unary.name().toLowerCase()
            : binary != null ? binary.name().toLowerCase() : kind.name().toLowerCase());
    for (int tile : new int[] {a, b, c}) {
      if (tile >= 0) {
        text.append(" t").append(tile);
      }
    }
    if (kind == Kind.BINARY_COLUMN || kind == Kind.COLUMN_BINARY) {
      text.append(kind == Kind.COLUMN_BINARY ? " column left" : " column");
    }
    if (kind == Kind.FILL || kind == Kind.BINARY_LEFT || kind == Kind.BINARY_RIGHT) {
      text.append(kind == Kind.BINARY_LEFT ? " left " : " ").append(number);
    }
    if (port != null) {
      text.append(' ').append(port.view);
    }
    return text.toString();
  }
}
