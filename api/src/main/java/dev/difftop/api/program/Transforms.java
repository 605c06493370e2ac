package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The transformations of programs: tensors in, tensors out, so that each can be applied to the
 * result of another. {@code vjp} of {@code jvp} is a Hessian-vector product; {@code vmap} over the
 * tangents of {@code jvp} is a Jacobian in large products.
 */
public final class Transforms {
  private Transforms() {}

  /** All tensors the outputs depend on, themselves included, operands first. */
  static List<Tensor> ordered(Collection<Tensor> outputs) {
    Set<Tensor> seen = new HashSet<>();
    List<Tensor> stack = new ArrayList<>(outputs);
    List<Tensor> all = new ArrayList<>();
    while (!stack.isEmpty()) {
      Tensor t = stack.remove(stack.size() - 1);
      if (seen.add(t)) {
        all.add(t);
        stack.addAll(Arrays.asList(t.operands()));
      }
    }
    all.sort(Comparator.comparingLong(Tensor::id));
    return all;
  }

  /**
   * Directional derivatives.
   *
   * @param outputs y
   * @param wrt x; need not be inputs: a tensor in between is treated as independent
   * @param tangents dx, of the shapes of x; null where zero
   * @return dy, of the shapes of y; zeros where y does not depend on x
   */
  public static List<Tensor> jvp(List<Tensor> outputs, List<Tensor> wrt, List<Tensor> tangents) {
    Map<Tensor, Tensor> tangent = new IdentityHashMap<>();
    for (int i = 0; i < wrt.size(); i++) {
      if (tangents.get(i) != null) {
        requireShape("tangent", tangents.get(i), wrt.get(i));
        tangent.put(wrt.get(i), tangents.get(i));
      }
    }
    Set<Tensor> independent = identitySet(wrt);
    for (Tensor t : ordered(outputs)) {
      if (independent.contains(t)) {
        continue;
      }
      Tensor[] own = new Tensor[t.operandCount()];
      boolean any = false;
      for (int i = 0; i < own.length; i++) {
        own[i] = tangent.get(t.operand(i));
        any |= own[i] != null;
      }
      Tensor d = any ? Origin.of(t, () -> t.primitive().jvp(t, t.operands(), own)) : null;
      if (d != null) {
        tangent.put(t, d);
      }
    }
    return outputs.stream().map(y -> orZeros(tangent.get(y), y)).toList();
  }

  /**
   * Pull-backs.
   *
   * @param outputs y
   * @param cotangents of the shapes of y; null where zero
   * @param wrt x; need not be inputs: a tensor in between is treated as independent
   * @return one per x, of its shape; zeros where y does not depend on it
   */
  public static List<Tensor> vjp(List<Tensor> outputs, List<Tensor> cotangents, List<Tensor> wrt) {
    Set<Tensor> independent = identitySet(wrt);
    List<Tensor> order = ordered(outputs);
    Set<Tensor> dependent = identitySet(List.of());
    for (Tensor t : order) {
      if (independent.contains(t) || Arrays.stream(t.operands()).anyMatch(dependent::contains)) {
        dependent.add(t);
      }
    }
    Map<Tensor, Tensor> cotangent = new IdentityHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      if (cotangents.get(i) != null) {
        requireShape("cotangent", cotangents.get(i), outputs.get(i));
        cotangent.merge(outputs.get(i), cotangents.get(i), Tensor::plus);
      }
    }
    for (int k = order.size() - 1; k >= 0; k--) {
      Tensor t = order.get(k);
      Tensor g = cotangent.get(t);
      boolean loop = t.primitive() instanceof Scan;
      boolean skipped = loop ? hasEarlierResult(t, order, k) : g == null || independent.contains(t);
      if (skipped || !dependent.contains(t)) {
        continue;
      }
      Tensor[] parts =
          Origin.of(
              t,
              () ->
                  loop
                      ? pullLoop(t, order, cotangent, independent, dependent)
                      : t.primitive().vjp(t, t.operands(), g));
      for (int i = 0; i < parts.length; i++) {
        if (parts[i] != null && dependent.contains(t.operand(i))) {
          cotangent.merge(t.operand(i), parts[i], Tensor::plus);
        }
      }
    }
    return wrt.stream().map(x -> orZeros(cotangent.get(x), x)).toList();
  }

  /**
   * Other results of the same run of a loop that were made earlier; the first one pulls for all.
   */
  private static boolean hasEarlierResult(Tensor t, List<Tensor> order, int at) {
    return order.subList(0, at).stream().anyMatch(other -> Scan.isSameRun(t, other));
  }

  /** The pull-back of all results of a run of a loop together. */
  private static Tensor[] pullLoop(
      Tensor t,
      List<Tensor> order,
      Map<Tensor, Tensor> cotangent,
      Set<Tensor> independent,
      Set<Tensor> dependent) {
    Scan scan = (Scan) t.primitive();
    Tensor[] cotangents = new Tensor[scan.loop().results()];
    boolean any = false;
    for (Tensor other : order) {
      if (Scan.isSameRun(t, other) && !independent.contains(other)) {
        Tensor g = cotangent.get(other);
        int result = ((Scan) other.primitive()).output();
        Tensor known = cotangents[result];
        cotangents[result] = known == null ? g : g == null ? known : known.plus(g);
        any |= g != null;
      }
    }
    boolean[] wanted = new boolean[t.operandCount()];
    boolean asked = false;
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = dependent.contains(t.operand(i));
      asked |= wanted[i];
    }
    return any && asked ? scan.loop().pull(t.operands(), cotangents, wanted) : new Tensor[0];
  }

  /**
   * Gradient of a cost of each sample, or of one shared cost.
   *
   * @param cost shape (B) or ()
   * @param wrt x, any tensors
   * @return dcost/dx; for a shared x the sum over the batch
   */
  public static List<Tensor> gradient(Tensor cost, List<Tensor> wrt) {
    if (cost.shape().sample().rank() != 0) {
      throw new ShapeException("gradient: the cost has shape " + cost.shape() + ", not a scalar");
    }
    return vjp(List.of(cost), List.of(Tensor.filled(cost.shape(), 1)), wrt);
  }

  /** Gradient with respect to one tensor. */
  public static Tensor gradient(Tensor cost, Tensor wrt) {
    return gradient(cost, List.of(wrt)).get(0);
  }

  /** The Hessian times a direction, forward over reverse. */
  public static Tensor hessianVector(Tensor cost, Tensor wrt, Tensor direction) {
    return jvp(List.of(gradient(cost, wrt)), List.of(wrt), List.of(direction)).get(0);
  }

  /**
   * Jacobian per sample of {@code y}, sample shape (m...), in {@code x}, sample shape (n): (B,
   * m..., n), by n tangents at once.
   */
  public static Tensor jacobian(Tensor y, Tensor x) {
    int n = requireVector(x);
    Tensor direction = Tensor.input("direction", x.shape());
    Tensor dy = jvp(List.of(y), List.of(x), List.of(direction)).get(0);
    Tensor rows = vmap(List.of(dy), List.of(direction), List.of(Tensor.identity(n)), n).get(0);
    int[] order = new int[Shaping.sample(rows).length];
    for (int i = 0; i < order.length; i++) {
      order[i] = (i + 1) % order.length;
    }
    return order.length == 1 ? rows : Tensor.apply(Transpose.by(order), rows);
  }

  /** Hessian per sample of a cost (B) in {@code x}, sample shape (n): (B, n, n). */
  public static Tensor hessian(Tensor cost, Tensor x) {
    return jacobian(gradient(cost, x), x);
  }

  private static int requireVector(Tensor x) {
    int[] dims = Shaping.sample(x);
    if (dims.length != 1) {
      throw new ShapeException("jacobian: found x of shape " + x.shape() + ", expected a vector");
    }
    return dims[0];
  }

  private static Tensor alongBatch(Tensor t, Tensor like) {
    return t.broadcastTo(Shaping.shape(like.shape().isBatched(), Shaping.sample(t)));
  }

  /**
   * The same computation with an extra axis, the first one of every sample.
   *
   * @param outputs y
   * @param from tensors, usually inputs, that get the axis
   * @param to what stands in their place, with the axis: sample shape (size, ...); may be shared
   *     where {@code from} is batched, if it is the same for every sample
   * @param size length of the axis
   * @return y with the axis; where y does not depend on {@code from}, repeated along it
   */
  public static List<Tensor> vmap(
      List<Tensor> outputs, List<Tensor> from, List<Tensor> to, int size) {
    Map<Tensor, Tensor> mapped = new IdentityHashMap<>();
    for (int i = 0; i < from.size(); i++) {
      int[] expected = Shaping.insert(Shaping.sample(from.get(i)), 0, size);
      boolean varies = Shaping.batched(to.get(i)) && !Shaping.batched(from.get(i));
      if (varies || !Arrays.equals(expected, Shaping.sample(to.get(i)))) {
        throw new ShapeException(
            "vmap: found %s in place of %s along an axis of %d"
                .formatted(to.get(i).shape(), from.get(i).shape(), size));
      }
      mapped.put(from.get(i), to.get(i));
    }
    for (Tensor t : ordered(outputs)) {
      if (mapped.containsKey(t)) {
        continue;
      }
      Tensor[] operands = t.operands().clone();
      boolean[] which = new boolean[operands.length];
      boolean any = false;
      for (int i = 0; i < operands.length; i++) {
        Tensor m = mapped.get(operands[i]);
        which[i] = m != null;
        any |= which[i];
        operands[i] = which[i] ? (mixesSamples(t) ? alongBatch(m, t.operand(i)) : m) : operands[i];
      }
      if (any) {
        mapped.put(t, Origin.of(t, () -> t.primitive().vmap(operands, which, size)));
      }
    }
    return outputs.stream()
        .map(
            y -> {
              Tensor m = mapped.get(y);
              Tensor along = m == null ? Shaping.mapAlong(y, false, size) : m;
              return alongBatch(along, y);
            })
        .toList();
  }

  /** Whether samples meet in t: then it matters how many there are, though they may be equal. */
  private static boolean mixesSamples(Tensor t) {
    return !t.shape().isBatched()
        && Arrays.stream(t.operands()).anyMatch(operand -> operand.shape().isBatched());
  }

  /**
   * The same computation on other operands.
   *
   * @param from tensors to replace
   * @param to what stands in their place, of equal shapes
   */
  public static List<Tensor> substitute(List<Tensor> outputs, List<Tensor> from, List<Tensor> to) {
    Map<Tensor, Tensor> replaced = new IdentityHashMap<>();
    for (int i = 0; i < from.size(); i++) {
      requireShape("substitute", to.get(i), from.get(i));
      replaced.put(from.get(i), to.get(i));
    }
    for (Tensor t : ordered(outputs)) {
      if (replaced.containsKey(t)) {
        continue;
      }
      Tensor[] operands = t.operands().clone();
      boolean any = false;
      for (int i = 0; i < operands.length; i++) {
        Tensor r = replaced.get(operands[i]);
        any |= r != null;
        operands[i] = r == null ? operands[i] : r;
      }
      if (any) {
        replaced.put(t, Origin.of(t, () -> Tensor.apply(t.primitive(), operands)));
      }
    }
    return outputs.stream().map(y -> replaced.getOrDefault(y, y)).toList();
  }

  /**
   * Shares equal subexpressions: equal primitives on equal operands become one tensor. Inputs stay
   * themselves.
   */
  static List<Tensor> shareCommon(List<Tensor> outputs) {
    record Key(Primitive primitive, List<Long> operands) {}
    Map<Key, Tensor> known = new HashMap<>();
    Map<Tensor, Tensor> canonical = new IdentityHashMap<>();
    for (Tensor t : ordered(outputs)) {
      Tensor[] operands = new Tensor[t.operandCount()];
      boolean changed = false;
      for (int i = 0; i < operands.length; i++) {
        operands[i] = canonical.get(t.operand(i));
        changed |= operands[i] != t.operand(i);
      }
      Key key = new Key(t.primitive(), Arrays.stream(operands).map(Tensor::id).toList());
      Tensor same = known.get(key);
      if (same == null) {
        same = changed ? Origin.of(t, () -> Tensor.apply(t.primitive(), operands)) : t;
        known.put(key, same);
      }
      canonical.put(t, same);
    }
    return outputs.stream().map(canonical::get).toList();
  }

  private static Tensor orZeros(Tensor t, Tensor like) {
    return t == null ? Tensor.zeros(like.shape()) : t;
  }

  private static void requireShape(String what, Tensor found, Tensor expected) {
    Shape shape = expected.shape();
    if (!found.shape().equals(shape)) {
      throw new ShapeException(what + ": found shape " + found.shape() + ", expected " + shape);
    }
  }

  private static Set<Tensor> identitySet(Collection<Tensor> tensors) {
    Set<Tensor> set = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    set.addAll(tensors);
    return set;
  }
}
