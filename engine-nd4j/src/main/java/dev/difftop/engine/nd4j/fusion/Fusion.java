package dev.difftop.engine.nd4j.fusion;

import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Primitive;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Unary;
import dev.difftop.api.program.Where;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.rewrite.Lowering;
import dev.difftop.engine.nd4j.step.FusedSpec;
import dev.difftop.engine.nd4j.step.Port;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Joins elementwise operations and sums along rows into loops. Goes from the outputs backwards: a
 * tensor that only one loop reads is computed in that loop and never stored; a cheap one that
 * several loops read is computed in each of them; any other is stored, by a loop that reads it if
 * that makes no circle, else by a loop of its own.
 */
public final class Fusion {
  /** Loops that may compute a cheap tensor again. */
  private static final int COPIES = 4;

  /** Members of a loop; longer ones would not keep their tiles in the cache. */
  private static final int MEMBERS = 96;

  private final Lowering lowering;
  private final int most;
  private final Map<Tensor, Integer> position = new IdentityHashMap<>();
  private final Map<Tensor, Set<FusedGroup>> groupsOf = new IdentityHashMap<>();
  private final Map<Tensor, FusedGroup> storedBy = new IdentityHashMap<>();
  private final Set<FusedGroup> groups = new LinkedHashSet<>();

  /**
   * Loops for a program.
   *
   * @param apart whether every tensor gets a loop for itself
   */
  public Fusion(Lowering lowering, boolean apart) {
    this.lowering = lowering;
    this.most = apart ? 1 : MEMBERS;
    List<Tensor> bases = lowering.bases();
    for (int i = 0; i < bases.size(); i++) {
      position.put(bases.get(i), i);
    }
    for (int i = bases.size() - 1; i >= 0; i--) {
      if (isFusable(bases.get(i))) {
        assign(bases.get(i));
      }
    }
    groups.forEach(g -> g.sort(Comparator.comparing(position::get)));
  }

  public Set<FusedGroup> groups() {
    return groups;
  }

  /** The loop that writes a tensor to memory; null if none does. */
  FusedGroup storedBy(Tensor base) {
    return storedBy.get(base);
  }

  static boolean isFusable(Tensor t) {
    if (Lowering.size(t) == 0) {
      return false;
    }
    return Lowering.isElementwise(t)
        || Lowering.isRowReduction(t) && rowLength(t) <= FusedSpec.LONGEST_ROW;
  }

  /** Elements that a reduction takes together. */
  private static int rowLength(Tensor reduction) {
    return Lowering.size(reduction.operand(0)) / Lowering.size(reduction);
  }

  private void assign(Tensor t) {
    boolean mustStore = lowering.isOutput(t);
    Set<FusedGroup> readers = new LinkedHashSet<>();
    for (Tensor user : lowering.users(t)) {
      if (isFusable(user)) {
        readers.addAll(groupsOf.get(user));
      } else {
        mustStore = true;
      }
    }
    boolean everywhere =
        !mustStore
            && !readers.isEmpty()
            && (readers.size() == 1 || (isCheap(t) && readers.size() <= COPIES))
            && readers.stream().allMatch(g -> fits(t, g));
    if (everywhere) {
      readers.forEach(g -> join(t, g));
    } else {
      store(t, readers);
    }
  }

  private void store(Tensor t, Set<FusedGroup> readers) {
    FusedGroup host = null;
    for (FusedGroup g : readers) {
      if (host == null && fits(t, g) && !makesCircle(t, g)) {
        host = g;
      }
    }
    if (host == null) {
      host = new FusedGroup(Lowering.isBatched(t), Lowering.size(t));
      groups.add(host);
    }
    join(t, host);
    host.store(t, lowering.view(t));
    storedBy.put(t, host);
  }

  /** What costs less than writing it and reading it again. */
  private static boolean isCheap(Tensor t) {
    Primitive p = t.primitive();
    if (p instanceof Unary f) {
      return switch (f) {
        case NEGATE, SQUARE, ABS, RELU, STEP -> true;
        default -> false;
      };
    }
    return p instanceof Where || (p instanceof Binary f && f != Binary.DIVIDE && f != Binary.POWER);
  }

  // ------------------------------------------------------------------ fitting

  /** How a tensor would join a loop. */
  private enum Fit {
    NO,
    FULL,
    COLUMN,
    /** As a column that all members so far join. */
    MEMBERS_ARE_COLUMNS,
    /** As a column that is spread over the rows of all members so far. */
    MEMBERS_ARE_ROWS
  }

  private boolean fits(Tensor t, FusedGroup g) {
    return fit(t, g) != Fit.NO;
  }

  private void join(Tensor t, FusedGroup g) {
    if (g.members().isEmpty()) {
      boolean reduction = Lowering.isRowReduction(t);
      g.add(t, reduction);
      if (reduction) {
        g.takeMembersAsColumns(rowLength(t));
      }
    } else {
      Fit fit = fit(t, g);
      switch (fit) {
        case MEMBERS_ARE_COLUMNS -> g.takeMembersAsColumns(rowLength(t));
        case MEMBERS_ARE_ROWS -> g.takeMembersAsFull(g.rows() / Lowering.size(t));
        default -> {}
      }
      g.add(t, fit != Fit.FULL);
    }
    groupsOf.computeIfAbsent(t, x -> new LinkedHashSet<>()).add(g);
  }

  private Fit fit(Tensor t, FusedGroup g) {
    if (Lowering.isBatched(t) != g.batched || g.members().size() >= most) {
      return Fit.NO;
    }
    Fit fit = null;
    for (Tensor member : lowering.users(t)) {
      if (g.contains(member)) {
        for (int i = 0; i < member.operandCount(); i++) {
          if (lowering.base(member.operand(i)) == t) {
            Fit use = use(t, member, lowering.relative(member.operand(i)), g);
            fit = fit == null || fit == use ? use : Fit.NO;
          }
        }
      }
    }
    return fit == null ? Fit.NO : fit;
  }

  /** How t would join a loop for one member that reads it through a view. */
  private Fit use(Tensor t, Tensor member, View view, FusedGroup g) {
    int n = Lowering.size(t);
    boolean reduction = Lowering.isRowReduction(t);
    boolean whole = view.size() == n && view.offset() == 0 && view.isContiguous();
    if (g.columns() == FusedGroup.OPEN) {
      if (whole && reduction) {
        return operandsSplit(t, rowLength(t), true) ? Fit.MEMBERS_ARE_COLUMNS : Fit.NO;
      }
      if (whole) {
        return Fit.FULL;
      }
      int length = view.size() / n;
      boolean row =
          isSpread(view, n)
              && length <= FusedSpec.LONGEST_ROW
              && (!reduction || rowLength(t) == length)
              && splits(g, length)
              && operandsSplit(t, length, true);
      return row ? Fit.MEMBERS_ARE_ROWS : Fit.NO;
    }
    boolean fullUse = Lowering.isRowReduction(member) || !g.isColumn(member);
    if (whole && fullUse) {
      return !reduction && n == g.elements() && operandsSplit(t, g.columns(), false)
          ? Fit.FULL
          : Fit.NO;
    }
    boolean column = n == g.rows() && (whole || (fullUse && isSpread(view, n)));
    return column && (!reduction || rowLength(t) == g.columns()) ? Fit.COLUMN : Fit.NO;
  }

  /** Whether a view repeats each of n numbers along a row. */
  private static boolean isSpread(View view, int n) {
    if (n == 0 || view.size() % n != 0 || view.size() == n) {
      return false;
    }
    Port port = Port.full(view, view.size() / n);
    return port != null && port.isSpread();
  }

  /** Whether everything that a loop reads and writes can be taken as rows of this length. */
  private boolean splits(FusedGroup g, int length) {
    for (Tensor member : g.members()) {
      if (!operandsSplit(member, length, false)
          || g.targets(member).stream().anyMatch(v -> Port.full(v, length) == null)) {
        return false;
      }
    }
    return true;
  }

  /** The same for the operands of one member; those of a column need not be split. */
  private boolean operandsSplit(Tensor t, int length, boolean column) {
    if (column && !Lowering.isRowReduction(t)) {
      return true;
    }
    for (int i = 0; i < t.operandCount(); i++) {
      if (Lowering.uniform(t.operand(i)) == null
          && Port.full(lowering.view(t.operand(i)), length) == null) {
        return false;
      }
    }
    return true;
  }

  // ------------------------------------------------------------------ circles

  /** Whether a loop that stored t would have to wait for another reader of t. */
  private boolean makesCircle(Tensor t, FusedGroup g) {
    Set<Object> others = new HashSet<>();
    for (Tensor user : lowering.users(t)) {
      Set<FusedGroup> loops = groupsOf.get(user);
      if (loops == null) {
        others.add(user);
      } else {
        others.addAll(loops);
      }
    }
    others.remove(g);
    return waitsFor(g, others, position.get(t));
  }

  /** Whether a loop depends on any of these; all in question come after {@code first}. */
  private boolean waitsFor(FusedGroup g, Set<Object> others, int first) {
    Set<Object> seen = new HashSet<>();
    Deque<Object> open = new ArrayDeque<>();
    open.add(g);
    while (!open.isEmpty()) {
      Object unit = open.poll();
      for (Tensor member :
          unit instanceof FusedGroup loop ? loop.members() : List.of((Tensor) unit)) {
        for (int i = 0; i < member.operandCount(); i++) {
          Tensor base = lowering.base(member.operand(i));
          Object source = storedBy.containsKey(base) ? storedBy.get(base) : base;
          boolean inside = unit instanceof FusedGroup loop && loop.contains(base);
          if (!inside && position.get(base) > first && seen.add(source)) {
            if (others.contains(source)) {
              return true;
            }
            open.add(source);
          }
        }
      }
    }
    return false;
  }
}
