package dev.difftop.engine.nd4j.rewrite;

import dev.difftop.api.program.Binary;
import dev.difftop.api.program.Broadcast;
import dev.difftop.api.program.Concat;
import dev.difftop.api.program.Constant;
import dev.difftop.api.program.Contract;
import dev.difftop.api.program.Input;
import dev.difftop.api.program.MatMul;
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
import dev.difftop.engine.nd4j.memory.Storage;
import dev.difftop.engine.nd4j.memory.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where every tensor of a program lies. Reshapes, transposes, slices and broadcasts are views of
 * the tensor they start from, their <em>base</em>; every base is computed by some step. Where a
 * base is part of a concatenation, it is placed inside it, so that joining moves no numbers.
 */
public final class Lowering {
  private final Program program;
  private final List<Tensor> bases = new ArrayList<>();
  private final Map<Tensor, Tensor> baseOf = new IdentityHashMap<>();
  private final Map<Tensor, View> relative = new IdentityHashMap<>();
  private final Map<Tensor, View> placed = new IdentityHashMap<>();
  private final Map<Tensor, List<Tensor>> derived = new IdentityHashMap<>();
  private final Map<Tensor, List<Tensor>> users = new IdentityHashMap<>();
  private final Set<Tensor> outputBases = new HashSet<>();
  private final List<Storage> storages = new ArrayList<>();

  public Lowering(Program program) {
    this.program = program;
    program.inputs().forEach(this::findBase);
    for (Tensor t : program.nodes()) {
      if (!baseOf.containsKey(t)) {
        findBase(t);
      }
    }
    program.outputs().forEach(t -> outputBases.add(baseOf.get(t)));
    bases.forEach(this::addUses);
    for (int i = bases.size() - 1; i >= 0; i--) {
      place(bases.get(i));
    }
  }

  // ------------------------------------------------------------------ bases

  private void findBase(Tensor t) {
    View view = t.operandCount() == 1 ? step(t, relative.get(t.operand(0))) : null;
    if (view == null) {
      baseOf.put(t, t);
      relative.put(t, View.of(new Storage(-1, null, isBatched(t), size(t)), sample(t)));
      bases.add(t);
    } else {
      Tensor base = baseOf.get(t.operand(0));
      baseOf.put(t, base);
      relative.put(t, view);
      derived.computeIfAbsent(base, b -> new ArrayList<>()).add(t);
    }
  }

  /** The view that t is of a view of its operand; null if it moves numbers. */
  private static View step(Tensor t, View x) {
    Primitive p = t.primitive();
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

  /** Whether an operation only looks at numbers in another way, strides allowing. */
  public static boolean isView(Tensor t) {
    Primitive p = t.primitive();
    return p instanceof StopGradient
        || p instanceof Broadcast
        || p instanceof Transpose
        || p instanceof Slice
        || p instanceof Reshape;
  }

  private void addUses(Tensor user) {
    Set<Tensor> seen = new HashSet<>();
    for (int i = 0; i < user.operandCount(); i++) {
      Tensor base = baseOf.get(user.operand(i));
      if (seen.add(base)) {
        users.computeIfAbsent(base, b -> new ArrayList<>()).add(user);
      }
    }
  }

  // ------------------------------------------------------------------ places

  private void place(Tensor base) {
    if (!placed.containsKey(base)) {
      Storage storage = newStorage(base);
      putPlaces(base, places(base, View.of(storage, sample(base))));
    }
    if (base.primitive() instanceof Concat concat) {
      int start = 0;
      for (int i = 0; i < base.operandCount(); i++) {
        Tensor part = base.operand(i);
        int length = sample(part)[concat.axis()];
        placeInside(part, placed.get(base).slice(concat.axis(), start, length));
        start += length;
      }
    }
  }

  private void placeInside(Tensor part, View place) {
    if (baseOf.get(part) == part
        && !placed.containsKey(part)
        && !outputBases.contains(part)
        && writesAnywhere(part)) {
      Map<Tensor, View> places = places(part, place);
      if (places != null) {
        putPlaces(part, places);
      }
    }
  }

  /** Whether the step that computes a tensor can leave gaps between its rows. */
  private static boolean writesAnywhere(Tensor t) {
    Primitive p = t.primitive();
    return isElementwise(t)
        || isRowReduction(t)
        || p instanceof MatMul
        || p instanceof Contract
        || p instanceof Concat;
  }

  /** Where all views of a base lie if the base lies here; null if one cannot be said in strides. */
  private Map<Tensor, View> places(Tensor base, View place) {
    Map<Tensor, View> places = new IdentityHashMap<>();
    places.put(base, place);
    for (Tensor t : derived.getOrDefault(base, List.of())) {
      View view = step(t, places.get(t.operand(0)));
      if (view == null) {
        return null;
      }
      places.put(t, view);
    }
    return places;
  }

  private void putPlaces(Tensor base, Map<Tensor, View> places) {
    if (places == null) {
      throw new IllegalStateException("no place for " + base);
    }
    placed.putAll(places);
  }

  /** A constant is the same for all samples, even where its shape has a batch. */
  private Storage newStorage(Tensor t) {
    if (!(t.primitive() instanceof Constant c)) {
      Storage.Kind kind =
          t.primitive() instanceof Input ? Storage.Kind.INPUT : Storage.Kind.TEMPORARY;
      return addStorage(kind, isBatched(t), size(t));
    }
    Storage storage = addStorage(Storage.Kind.CONSTANT, false, size(t));
    storage.constant = new double[storage.perSample];
    for (int i = 0; i < storage.perSample; i++) {
      storage.constant[i] = c.at(i);
    }
    return storage;
  }

  /** A further storage, for a copy. */
  public Storage addStorage(Storage.Kind kind, boolean batched, int perSample) {
    Storage storage = new Storage(storages.size(), kind, batched, perSample);
    storages.add(storage);
    return storage;
  }

  // ------------------------------------------------------------------ questions

  public Program program() {
    return program;
  }

  /** All tensors that are computed, operands first. */
  public List<Tensor> bases() {
    return bases;
  }

  public Tensor base(Tensor t) {
    return baseOf.get(t);
  }

  /** A tensor as a view of its base, as if the base had a storage for itself. */
  public View relative(Tensor t) {
    return relative.get(t);
  }

  /** Where a tensor lies. */
  public View view(Tensor t) {
    return placed.get(t);
  }

  /** The bases that read a base, each once. */
  public List<Tensor> users(Tensor base) {
    return users.getOrDefault(base, List.of());
  }

  /** Whether an output of the program is a view of this base. */
  public boolean isOutput(Tensor base) {
    return outputBases.contains(base);
  }

  public List<Storage> storages() {
    return storages;
  }

  public static int[] sample(Tensor t) {
    return t.shape().sample().dims();
  }

  public static boolean isBatched(Tensor t) {
    return t.shape().isBatched();
  }

  public static int size(Tensor t) {
    return View.product(sample(t));
  }

  /** Whether a tensor is computed element by element from its operands. */
  public static boolean isElementwise(Tensor t) {
    Primitive p = t.primitive();
    return p instanceof Unary || p instanceof Binary || p instanceof Where;
  }

  /** Whether a tensor sums, or takes the maximum, over the last axes of its operand. */
  public static boolean isRowReduction(Tensor t) {
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
  public static Double uniform(Tensor t) {
    return t.primitive() instanceof Constant c && c.isUniform() ? c.at(0) : null;
  }
}
