package dev.difftop.engine.nd4j.fusion;

import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Primitive;
import dev.difftop.api.program.Sum;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Unary;
import dev.difftop.api.program.Where;
import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.rewrite.Lowering;
import dev.difftop.engine.nd4j.step.FusedSpec;
import dev.difftop.engine.nd4j.step.Instruction;
import dev.difftop.engine.nd4j.step.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes the instructions of fused loops. */
public final class FusedBuilder {
  private final Lowering lowering;
  private final Lane<?> lane;
  private final FusedGroup group;
  private final Map<Tensor, Integer> tileOf = new IdentityHashMap<>();
  private final Map<Integer, Integer> spreadOf = new HashMap<>();
  private final Map<List<Object>, Integer> loaded = new HashMap<>();
  private final List<Instruction> once = new ArrayList<>();
  private final List<Instruction> perTile = new ArrayList<>();
  private boolean flat;
  private int rows;
  private int columns;
  private int next;

  private FusedBuilder(Lowering lowering, Lane<?> lane, FusedGroup group) {
    this.lowering = lowering;
    this.lane = lane;
    this.group = group;
  }

  /** The loop that computes a group. */
  public static FusedSpec build(Lowering lowering, Lane<?> lane, FusedGroup group) {
    FusedBuilder builder = new FusedBuilder(lowering, lane, group);
    builder.chooseColumns(builder.externalViews());
    group.members().forEach(builder::compute);
    return builder.finish();
  }

  /** The loop that copies one view to another of as many elements, in row-major order. */
  public static FusedSpec copy(Lane<?> lane, boolean batched, View from, View to) {
    FusedBuilder builder = new FusedBuilder(null, lane, new FusedGroup(batched, to.size()));
    builder.chooseColumns(List.of(from, to));
    int tile = builder.load(from, false);
    builder.perTile.add(Instruction.store(false, tile, builder.port(to, false)));
    return builder.finish();
  }

  // ------------------------------------------------------------------ shape of the loop

  private List<View> externalViews() {
    List<View> views = new ArrayList<>();
    for (Tensor member : group.members()) {
      for (int i = 0; i < member.operandCount(); i++) {
        Tensor operand = member.operand(i);
        if (Lowering.uniform(operand) == null && !group.contains(lowering.base(operand))) {
          views.add(lowering.view(operand));
        }
      }
      views.addAll(group.targets(member));
    }
    return views;
  }

  private void chooseColumns(List<View> views) {
    rows = group.rows();
    columns = group.columns();
    if (columns != FusedGroup.OPEN) {
      return;
    }
    int n = group.elements();
    flat = views.stream().allMatch(v -> v.isDense(group.batched) || isSame(v));
    columns = flat ? n : bestColumns(views, n);
    rows = columns == 0 ? 0 : n / columns;
  }

  private static boolean isSame(View v) {
    boolean same = v.batchStride() == 0;
    for (int i = 0; i < v.dims().length; i++) {
      same &= v.strides()[i] == 0 || v.dims()[i] == 1;
    }
    return same;
  }

  /** The longest rows that every view has side by side or all the same; else a whole sample. */
  private static int bestColumns(List<View> views, int n) {
    for (int candidate : candidates(views).descendingSet()) {
      if (candidate >= 8
          && n % candidate == 0
          && views.stream().allMatch(v -> suits(v, candidate))) {
        return candidate;
      }
    }
    return n;
  }

  private static TreeSet<Integer> candidates(List<View> views) {
    TreeSet<Integer> lengths = new TreeSet<>();
    for (View v : views) {
      int length = 1;
      for (int axis = v.dims().length - 1; axis >= 0; axis--) {
        length *= v.dims()[axis];
        lengths.add(length);
      }
    }
    return lengths;
  }

  private static boolean suits(View v, int columns) {
    Port port = Port.full(v, columns);
    return port != null && port.columns != Port.Columns.TABLE;
  }

  // ------------------------------------------------------------------ instructions

  private void compute(Tensor t) {
    Primitive p = t.primitive();
    boolean column = group.isColumn(t);
    if (p instanceof Unary f) {
      int a = operand(t.operand(0), column);
      perTile.add(Instruction.unary(f, column, define(t), a));
    } else if (p instanceof Binary f) {
      binary(t, f, column);
    } else if (p instanceof Where) {
      int mask = operand(t.operand(0), column);
      int a = operand(t.operand(1), column);
      int b = operand(t.operand(2), column);
      perTile.add(Instruction.where(column, define(t), mask, a, b));
    } else {
      int a = operand(t.operand(0), false);
      Instruction.Kind kind =
          p instanceof Sum ? Instruction.Kind.SUM_ROWS : Instruction.Kind.MAX_ROWS;
      perTile.add(Instruction.of(kind, true, define(t), a));
    }
    for (View target : group.targets(t)) {
      perTile.add(Instruction.store(column, tileOf.get(t), port(target, column)));
    }
  }

  private void binary(Tensor t, Binary f, boolean column) {
    Double left = Lowering.uniform(t.operand(0));
    Double right = Lowering.uniform(t.operand(1));
    if (right != null && Lane.takesRight(f)) {
      int a = operand(t.operand(0), column);
      perTile.add(Instruction.binaryRight(f, column, define(t), a, right));
    } else if (left != null && Lane.takesLeft(f)) {
      int b = operand(t.operand(1), column);
      perTile.add(Instruction.binaryLeft(f, column, define(t), left, b));
    } else if (!column && Lane.takesLeft(f) && columnOf(t.operand(0)) != columnOf(t.operand(1))) {
      boolean onLeft = columnOf(t.operand(0));
      int full = operand(t.operand(onLeft ? 1 : 0), false);
      int each = operand(t.operand(onLeft ? 0 : 1), true);
      perTile.add(Instruction.binaryColumn(f, onLeft, define(t), full, each));
    } else {
      int a = operand(t.operand(0), column);
      int b = operand(t.operand(1), column);
      perTile.add(Instruction.binary(f, column, define(t), a, b));
    }
  }

  /** Whether a full member reads one number per row, from another member or from memory. */
  private boolean columnOf(Tensor t) {
    if (flat || Lowering.uniform(t) != null) {
      return false;
    }
    Tensor base = lowering.base(t);
    return group.contains(base)
        ? group.isColumn(base)
        : columns > 1
            && columns <= FusedSpec.LONGEST_ROW
            && Port.spreadColumn(lowering.view(t), rows, columns) != null;
  }

  private int define(Tensor t) {
    tileOf.put(t, next);
    return next++;
  }

  private int operand(Tensor t, boolean column) {
    Double number = Lowering.uniform(t);
    if (number != null) {
      return loaded.computeIfAbsent(
          List.of("number", number, column),
          key -> addOnce(Instruction.fill(column, next, number)));
    }
    Tensor base = lowering.base(t);
    if (!group.contains(base)) {
      View view = lowering.view(t);
      View each = column && view.size() != rows ? Port.spreadColumn(view, rows, columns) : null;
      return load(each == null ? view : each, column);
    }
    int tile = tileOf.get(base);
    return group.isColumn(base) == column ? tile : spread(tile);
  }

  private int spread(int tile) {
    Integer known = spreadOf.get(tile);
    if (known == null) {
      known = next++;
      spreadOf.put(tile, known);
      perTile.add(Instruction.of(Instruction.Kind.SPREAD, false, known, tile));
    }
    return known;
  }

  private int load(View view, boolean column) {
    List<Object> key =
        List.of(
            view.storage().index,
            view.offset(),
            view.batchStride(),
            Arrays.toString(view.dims()),
            Arrays.toString(view.strides()),
            column);
    Integer known = loaded.get(key);
    if (known == null) {
      Port port = port(view, column);
      Instruction load = Instruction.load(column, next, port);
      boolean invariant =
          flat
              ? port.columns == Port.Columns.SAME
              : port.isSameForAllRows() && columns <= FusedSpec.LONGEST_ROW;
      known = invariant ? addOnce(load) : addPerTile(load);
      loaded.put(key, known);
    }
    return known;
  }

  private int addOnce(Instruction instruction) {
    once.add(instruction);
    return next++;
  }

  private int addPerTile(Instruction instruction) {
    perTile.add(instruction);
    return next++;
  }

  private Port port(View view, boolean column) {
    Port port =
        column
            ? Port.column(view, rows)
            : flat ? Port.flat(view, isSame(view)) : Port.full(view, columns);
    if (port == null) {
      throw new IllegalStateException(
          "no loop of %d rows of %d over %s".formatted(rows, columns, view));
    }
    return port;
  }

  // ------------------------------------------------------------------ tiles

  private FusedSpec finish() {
    boolean scratch =
        perTile.stream().anyMatch(i -> i.unary() != null && lane.needsScratch(i.unary()));
    int[] tile = assignTiles();
    int count = Arrays.stream(tile).max().orElse(-1) + 1 + (scratch ? 2 : 0);
    return new FusedSpec(
        group.batched,
        rows,
        columns,
        flat,
        once.stream().map(i -> i.onTiles(tile)).toList(),
        perTile.stream().map(i -> i.onTiles(tile)).toList(),
        count);
  }

  /**
   * Gives values the same tile where they do not live at the same time: few tiles fit the cache.
   */
  private int[] assignTiles() {
    int[] last = new int[next];
    for (int i = 0; i < perTile.size(); i++) {
      for (int read : reads(perTile.get(i))) {
        last[read] = i;
      }
    }
    int[] tile = new int[next];
    Set<Integer> free = new LinkedHashSet<>();
    int used = 0;
    for (Instruction i : once) {
      tile[i.y()] = used++;
      last[i.y()] = Integer.MAX_VALUE;
    }
    for (int i = 0; i < perTile.size(); i++) {
      Instruction code = perTile.get(i);
      boolean mayReuseOperands =
          switch (code.kind()) {
            case SPREAD, BINARY_COLUMN, COLUMN_BINARY -> false;
            default -> true;
          };
      if (mayReuseOperands) {
        release(code, i, last, tile, free);
      }
      if (code.y() >= 0) {
        if (free.isEmpty()) {
          free.add(used++);
        }
        tile[code.y()] = free.iterator().next();
        free.remove(tile[code.y()]);
      }
      if (!mayReuseOperands) {
        release(code, i, last, tile, free);
      }
      if (code.y() >= 0 && last[code.y()] == 0) {
        free.add(tile[code.y()]);
      }
    }
    return tile;
  }

  private static void release(Instruction code, int at, int[] last, int[] tile, Set<Integer> free) {
    for (int read : reads(code)) {
      if (last[read] == at) {
        free.add(tile[read]);
      }
    }
  }

  private static int[] reads(Instruction i) {
    return Arrays.stream(new int[] {i.a(), i.b(), i.c()}).filter(t -> t >= 0).toArray();
  }
}
