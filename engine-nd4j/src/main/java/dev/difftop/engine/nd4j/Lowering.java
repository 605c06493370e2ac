package dev.difftop.engine.nd4j;

import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Broadcast;
import dev.difftop.api.program.Constant;
import dev.difftop.api.program.Input;
import dev.difftop.api.program.Maximum;
import dev.difftop.api.program.Primitive;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Reshape;
import dev.difftop.api.program.Slice;
import dev.difftop.api.program.StopGradient;
import dev.difftop.api.program.Sum;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transpose;
import dev.difftop.api.program.Unary;
import dev.difftop.api.program.Where;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where every tensor of a program lies. Reshapes, transposes, slices and broadcasts are views of
 * the tensor they start from; every other tensor, the <em>root</em> of its views, has a storage of
 * its own.
 */
final class Lowering {
  private final Map<Tensor, View> views = new IdentityHashMap<>();
  private final List<Storage> storages = new ArrayList<>();
  private final List<Tensor> roots = new ArrayList<>();

  Lowering(Program program) {
    for (Tensor input : program.inputs()) {
      root(input, Storage.Kind.INPUT);
    }
    for (Tensor t : program.nodes()) {
      if (!views.containsKey(t)) {
        place(t);
      }
    }
  }

  private void place(Tensor t) {
    View view = viewOf(t);
    if (view != null) {
      views.put(t, view);
    } else if (t.primitive() instanceof Constant c) {
      placeConstant(t, c);
    } else {
      root(t, Storage.Kind.TEMPORARY);
    }
  }

  /** A constant is the same for all samples, even where its shape has a batch. */
  private void placeConstant(Tensor t, Constant c) {
    int[] dims = sample(t);
    Storage storage =
        new Storage(storages.size(), Storage.Kind.CONSTANT, false, View.product(dims));
    storage.constant = new double[storage.perSample];
    for (int i = 0; i < storage.perSample; i++) {
      storage.constant[i] = c.at(i);
    }
    add(storage, t);
    views.put(t, View.of(storage, dims));
  }

  private void root(Tensor t, Storage.Kind kind) {
    int[] dims = sample(t);
    Storage storage = new Storage(storages.size(), kind, t.shape().isBatched(), View.product(dims));
    add(storage, t);
    views.put(t, View.of(storage, dims));
  }

  private void add(Storage storage, Tensor t) {
    storages.add(storage);
    roots.add(t);
  }

  private View viewOf(Tensor t) {
    if (t.operandCount() != 1) {
      return null;
    }
    Primitive p = t.primitive();
    View x = views.get(t.operand(0));
    if (p instanceof StopGradient) {
      return x;
    }
    if (p instanceof Broadcast) {
      return x.broadcast(sample(t));
    }
    if (p instanceof Transpose transpose) {
      return x.transpose(transpose.order().stream().mapToInt(Integer::intValue).toArray());
    }
    if (p instanceof Slice slice) {
      return x.slice(slice.axis(), slice.start(), slice.length());
    }
    return p instanceof Reshape ? x.reshape(sample(t)) : null;
  }

  static int[] sample(Tensor t) {
    return t.shape().sample().dims();
  }

  static boolean isBatched(Tensor t) {
    return t.shape().isBatched();
  }

  static int size(Tensor t) {
    return View.product(sample(t));
  }

  /** Whether a tensor is computed element by element from its operands. */
  static boolean isElementwise(Tensor t) {
    Primitive p = t.primitive();
    return p instanceof Unary || p instanceof Binary || p instanceof Where;
  }

  /** Whether a tensor sums, or takes the maximum, over the last axes of its operand. */
  static boolean isRowReduction(Tensor t) {
    if (t.primitive() instanceof Sum sum) {
      return !sum.overBatch() && areLast(sum.axes(), t);
    }
    return t.primitive() instanceof Maximum m && areLast(List.of(m.axis()), t);
  }

  private static boolean areLast(List<Integer> axes, Tensor t) {
    int rank = sample(t.operand(0)).length;
    for (int i = 0; i < axes.size(); i++) {
      if (axes.get(i) != rank - axes.size() + i) {
        return false;
      }
    }
    return true;
  }

  /** The number that fills a constant; null for anything else. */
  static Double uniform(Tensor t) {
    return t.primitive() instanceof Constant c && c.isUniform() ? c.at(0) : null;
  }

  View view(Tensor t) {
    return views.get(t);
  }

  /** The tensor whose values a storage holds. */
  Tensor root(Storage storage) {
    return roots.get(storage.index);
  }

  /** Whether a tensor has a storage of its own, rather than looking at another's. */
  boolean isRoot(Tensor t) {
    return roots.get(views.get(t).storage().index) == t;
  }

  List<Storage> storages() {
    return storages;
  }

  /** A further storage, for a copy. */
  Storage addStorage(Storage.Kind kind, boolean batched, int perSample) {
    Storage storage = new Storage(storages.size(), kind, batched, perSample);
    add(storage, null);
    return storage;
  }

  boolean isInput(Tensor t) {
    return t.primitive() instanceof Input;
  }
}
