package dev.difftop.engine.nd4j.rewrite;

import dev.difftop.api.program.MatMul;
import dev.difftop.api.program.Origin;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Scan;
import dev.difftop.api.program.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins products with the same weights where none needs the result of another: their rows become
 * one product, whose rows the results are. With few samples a product takes as long as reading its
 * weights, and a planning objective uses the same ones for every step of the horizon, and in a
 * Hessian-vector product for values and tangents: joined, they are read once.
 */
public final class JoinedProducts {
  /** With more samples products are bound by arithmetic, and joining them only moves numbers. */
  private static final int FEW_SAMPLES = 3;

  /** With more products than these, finding out takes longer than it is worth. */
  private static final int MOST_PRODUCTS = 1000;

  /** What products have in common that can be joined. */
  private record Kind(Tensor weights, boolean transposed, List<Integer> leading) {}

  /** Products that are joined. */
  private static final class Group {
    final List<Tensor> products = new ArrayList<>();
    final BitSet members = new BitSet();

    /** Products that have to come before, directly or not, with what is joined so far. */
    final BitSet before = new BitSet();
  }

  private final Program program;
  private final List<Group> groups = new ArrayList<>();
  private final List<Group> byNumber = new ArrayList<>();
  private final Map<Kind, List<Group>> byKind = new HashMap<>();
  private final Map<Tensor, Group> groupOf = new IdentityHashMap<>();
  private final Rewriting rewriting = new Rewriting();

  private JoinedProducts(Program program) {
    this.program = program;
  }

  /** Loops with more steps than these are not written out. */
  private static final int MOST_STEPS = 16;

  /** Weights with fewer numbers than these stay in the nearest cache from step to step. */
  private static final int LARGE_WEIGHTS = 1 << 14;

  /**
   * The same program without loops, if that lets products of different steps be joined: those of
   * rewards, for example, which no later step needs. Otherwise the program itself.
   */
  public static Program withoutLoops(Program program, int batch) {
    if (batch > FEW_SAMPLES || !program.nodes().stream().allMatch(JoinedProducts::isShort)) {
      return program;
    }
    Program flat = UnrolledLoops.unroll(program);
    long products = flat.nodes().stream().filter(t -> kind(t) != null).count();
    boolean large = flat.nodes().stream().anyMatch(JoinedProducts::hasLargeWeights);
    return large && products <= MOST_PRODUCTS ? flat : program;
  }

  private static boolean isShort(Tensor t) {
    return !(t.primitive() instanceof Scan scan) || scan.loop().steps() <= MOST_STEPS;
  }

  private static boolean hasLargeWeights(Tensor t) {
    return kind(t) != null && t.operand(1).shape().size() >= LARGE_WEIGHTS;
  }

  /** The same program with products joined, if it pays for this batch size. */
  public static Program join(Program program, int batch) {
    long products = program.nodes().stream().filter(t -> kind(t) != null).count();
    if (batch > FEW_SAMPLES || products > MOST_PRODUCTS) {
      return program;
    }
    JoinedProducts joined = new JoinedProducts(program);
    joined.findGroups();
    return joined.groups.stream().anyMatch(g -> g.products.size() > 1) ? joined.rewrite() : program;
  }

  // ------------------------------------------------------------------ groups

  private void findGroups() {
    Map<Tensor, BitSet> needed = new IdentityHashMap<>();
    for (Tensor t : program.nodes()) {
      BitSet needs = new BitSet();
      for (int i = 0; i < t.operandCount(); i++) {
        needs.or(needed.get(t.operand(i)));
      }
      Kind kind = kind(t);
      if (kind != null) {
        addTo(kind, t, needs);
        needs.set(byNumber.size() - 1);
      }
      needed.put(t, needs);
    }
  }

  /** Null for what is not joined. */
  private static Kind kind(Tensor t) {
    if (!(t.primitive() instanceof MatMul product)
        || product.transposeA()
        || !t.operand(0).shape().isBatched()
        || t.operand(1).shape().isBatched()
        || t.operand(1).shape().rank() != 2) {
      return null;
    }
    List<Integer> leading = new ArrayList<>();
    int[] dims = Lowering.sample(t);
    for (int i = 0; i < dims.length - 2; i++) {
      leading.add(dims[i]);
    }
    return new Kind(t.operand(1), product.transposeB(), leading);
  }

  /** Nothing so far needs the new product; so it may join any group that it does not need. */
  private void addTo(Kind kind, Tensor t, BitSet needs) {
    BitSet before = new BitSet();
    needs.stream().forEach(i -> include(before, byNumber.get(i)));
    List<Group> same = byKind.computeIfAbsent(kind, k -> new ArrayList<>());
    Group group =
        same.stream().filter(g -> !g.members.intersects(before)).findFirst().orElseGet(Group::new);
    if (group.products.isEmpty()) {
      groups.add(group);
      same.add(group);
    }
    group.products.add(t);
    group.members.set(byNumber.size());
    byNumber.add(group);
    groupOf.put(t, group);
    delay(group, before);
  }

  private static void include(BitSet before, Group group) {
    before.or(group.before);
    before.or(group.members);
  }

  /** A group, and all that waits for it, now also waits for what its new product needs. */
  private void delay(Group group, BitSet before) {
    group.before.or(before);
    for (Group other : groups) {
      if (other != group && other.before.intersects(group.members)) {
        include(other.before, group);
      }
    }
  }

  // ------------------------------------------------------------------ rewriting

  private Program rewrite() {
    program.nodes().forEach(this::rewriteWithNeeds);
    return rewriting.program(program);
  }

  private void rewriteWithNeeds(Tensor last) {
    Deque<Tensor> open = new ArrayDeque<>(List.of(last));
    while (!open.isEmpty()) {
      Tensor t = open.peek();
      List<Tensor> missing =
          rewriting.has(t) ? List.of() : needs(t).stream().filter(x -> !rewriting.has(x)).toList();
      if (missing.isEmpty()) {
        open.pop();
        if (!rewriting.has(t)) {
          rewrite(t);
        }
      } else {
        missing.forEach(open::push);
      }
    }
  }

  private List<Tensor> needs(Tensor t) {
    List<Tensor> needs = new ArrayList<>();
    for (Tensor member : groupOf.containsKey(t) ? groupOf.get(t).products : List.of(t)) {
      for (int i = 0; i < member.operandCount(); i++) {
        needs.add(member.operand(i));
      }
    }
    return needs;
  }

  private void rewrite(Tensor t) {
    Group group = groupOf.get(t);
    if (group != null && group.products.size() > 1) {
      Origin.of(t, () -> rewrite(group));
    } else if (t.operandCount() == 0) {
      rewriting.put(t, t);
    } else {
      Tensor[] x = rewriting.operands(t);
      rewriting.put(t, Origin.of(t, () -> Tensor.apply(t.primitive(), x)));
    }
  }

  private Tensor rewrite(Group group) {
    Tensor first = group.products.get(0);
    int axis = first.shape().rank() - 2;
    Tensor[] rows =
        group.products.stream().map(p -> rewriting.of(p.operand(0))).toArray(Tensor[]::new);
    Tensor weights = rewriting.of(first.operand(1));
    Tensor all = Tensor.apply(first.primitive(), Tensor.concat(axis, rows), weights);
    int start = 0;
    for (Tensor product : group.products) {
      int length = product.shape().dims()[axis];
      rewriting.put(product, all.slice(axis, start, length));
      start += length;
    }
    return all;
  }
}
