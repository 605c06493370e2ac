package dev.difftop.engine.nd4j.product;

import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** A product of certain sizes: both operands rounded to bfloat16, then multiplied. */
final class HalfCall {
  private final HalfWorkspace workspace;
  private final boolean transposeA;
  private final boolean transposeB;
  private final int m;
  private final int n;
  private final int k;
  private final int lda;
  private final int ldb;
  private final boolean adds;
  private final int ldc;

  private final Execution roundFirst;
  private final Execution roundSecond;
  private final Execution multiply;
  private final long scratchpadBytes;

  /** A primitive with the memory that it works on. */
  private record Execution(dnnl_primitive primitive, dnnl_memory[] memory, dnnl_exec_arg_t args) {}

  HalfCall(
      HalfWorkspace workspace,
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      int lda,
      int ldb,
      boolean adds,
      int ldc) {
    this.workspace = workspace;
    this.transposeA = transposeA;
    this.transposeB = transposeB;
    this.m = m;
    this.n = n;
    this.k = k;
    this.lda = lda;
    this.ldb = ldb;
    this.adds = adds;
    this.ldc = ldc;
    this.roundFirst = rounding(transposeA ? k : m, transposeA ? m : k, lda);
    this.roundSecond = rounding(transposeB ? n : k, transposeB ? k : n, ldb);
    dnnl_memory_desc a = matrix(dnnl.dnnl_bf16, m, k, transposeA, transposeA ? m : k);
    dnnl_memory_desc b = matrix(dnnl.dnnl_bf16, k, n, transposeB, transposeB ? k : n);
    dnnl_memory_desc c = matrix(dnnl.dnnl_f32, m, n, false, ldc);
    dnnl_primitive_desc description = product(a, b, c);
    dnnl_memory_desc scratchpad =
        dnnl.dnnl_primitive_desc_query_md(description, dnnl.dnnl_query_scratchpad_md, 0);
    this.scratchpadBytes = dnnl.dnnl_memory_desc_get_size(scratchpad);
    this.multiply =
        execution(
            description,
            new dnnl_memory_desc[] {a, b, c, scratchpad},
            dnnl.DNNL_ARG_SRC,
            dnnl.DNNL_ARG_WEIGHTS,
            dnnl.DNNL_ARG_DST,
            dnnl.DNNL_ARG_SCRATCHPAD);
    destroy(a, b, c);
  }

  boolean fits(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      int lda,
      int ldb,
      boolean adds,
      int ldc) {
    return this.m == m
        && this.n == n
        && this.k == k
        && this.lda == lda
        && this.ldb == ldb
        && this.ldc == ldc
        && this.transposeA == transposeA
        && this.transposeB == transposeB
        && this.adds == adds;
  }

  /** Whether the second operand of another call is rounded as here. */
  boolean hasSameSecond(HalfCall other) {
    return n == other.n && k == other.k && ldb == other.ldb && transposeB == other.transposeB;
  }

  // ------------------------------------------------------------------ making

  private Execution rounding(int rows, int columns, int ld) {
    dnnl_memory_desc from = matrix(dnnl.dnnl_f32, rows, columns, false, ld);
    dnnl_memory_desc to = matrix(dnnl.dnnl_bf16, rows, columns, false, columns);
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    OneDnn.check(
        dnnl.dnnl_reorder_primitive_desc_create(
            description,
            from,
            workspace.library().engine(),
            to,
            workspace.library().engine(),
            null),
        "a rounding");
    Execution execution =
        execution(
            description, new dnnl_memory_desc[] {from, to}, dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_DST);
    destroy(from, to);
    return execution;
  }

  private static dnnl_memory_desc matrix(
      int type, int rows, int columns, boolean transposed, int ld) {
    dnnl_memory_desc description = new dnnl_memory_desc();
    long[] dims = {rows, columns};
    long[] strides = transposed ? new long[] {1, ld} : new long[] {ld, 1};
    OneDnn.check(
        dnnl.dnnl_memory_desc_create_with_strides(description, 2, dims, type, strides), "a matrix");
    return description;
  }

  private dnnl_primitive_desc product(dnnl_memory_desc a, dnnl_memory_desc b, dnnl_memory_desc c) {
    dnnl_primitive_attr attributes = new dnnl_primitive_attr();
    OneDnn.check(dnnl.dnnl_primitive_attr_create(attributes), "attributes");
    // The library's own scratchpads belong to threads; a worker's steps run on changing ones.
    OneDnn.check(
        dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user),
        "attributes");
    if (adds) {
      dnnl_post_ops after = new dnnl_post_ops();
      OneDnn.check(dnnl.dnnl_post_ops_create(after), "attributes");
      OneDnn.check(
          dnnl.dnnl_post_ops_append_sum(after, 1f, 0, dnnl.dnnl_data_type_undef), "attributes");
      OneDnn.check(dnnl.dnnl_primitive_attr_set_post_ops(attributes, after), "attributes");
      dnnl.dnnl_post_ops_destroy(after);
    }
    dnnl_primitive_desc description = create(a, b, c, attributes);
    if (!isPacking(description)) {
      dnnl_primitive_desc other = create(a, b, c, attributes);
      while (dnnl.dnnl_primitive_desc_next_impl(other) == dnnl.dnnl_success) {
        if (isPacking(other)) {
          dnnl.dnnl_primitive_attr_destroy(attributes);
          dnnl.dnnl_primitive_desc_destroy(description);
          return other;
        }
      }
      dnnl.dnnl_primitive_desc_destroy(other);
    }
    dnnl.dnnl_primitive_attr_destroy(attributes);
    return description;
  }

  private dnnl_primitive_desc create(
      dnnl_memory_desc a, dnnl_memory_desc b, dnnl_memory_desc c, dnnl_primitive_attr attributes) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    OneDnn.check(
        dnnl.dnnl_matmul_primitive_desc_create(
            description, workspace.library().engine(), a, b, null, c, attributes),
        "a product");
    return description;
  }

  /**
   * Whether an implementation packs both operands. The other one, which the library prefers for
   * matrices without gaps, reads them where they are and takes two to four times as long.
   */
  private static boolean isPacking(dnnl_primitive_desc description) {
    try (PointerPointer<BytePointer> answer = new PointerPointer<>(1)) {
      OneDnn.check(
          dnnl.dnnl_primitive_desc_query(description, dnnl.dnnl_query_impl_info_str, 0, answer),
          "an implementation's name");
      return answer.get(BytePointer.class, 0).getString().startsWith("gemm");
    }
  }

  /** Takes the description over. */
  private Execution execution(
      dnnl_primitive_desc description, dnnl_memory_desc[] matrices, int... roles) {
    dnnl_primitive primitive = new dnnl_primitive();
    OneDnn.check(dnnl.dnnl_primitive_create(primitive, description), "a primitive");
    workspace.own(() -> dnnl.dnnl_primitive_destroy(primitive));
    dnnl_memory[] memory = new dnnl_memory[matrices.length];
    dnnl_exec_arg_t args = new dnnl_exec_arg_t(matrices.length);
    for (int i = 0; i < memory.length; i++) {
      dnnl_memory each = new dnnl_memory();
      OneDnn.check(
          dnnl.dnnl_memory_create(each, matrices[i], workspace.library().engine(), null),
          "a memory");
      workspace.own(() -> dnnl.dnnl_memory_destroy(each));
      memory[i] = each;
      args.position(i).arg(roles[i]).memory(each);
    }
    dnnl.dnnl_primitive_desc_destroy(description);
    return new Execution(primitive, memory, args.position(0));
  }

  private static void destroy(dnnl_memory_desc... descriptions) {
    for (dnnl_memory_desc each : descriptions) {
      dnnl.dnnl_memory_desc_destroy(each);
    }
  }

  // ------------------------------------------------------------------ running

  void roundFirst(Pointer from) {
    round(roundFirst, from, first());
  }

  void roundSecond(Pointer from) {
    round(roundSecond, from, second());
  }

  private Pointer first() {
    return workspace.place(HalfWorkspace.FIRST, (long) m * k * Short.BYTES);
  }

  private Pointer second() {
    return workspace.place(HalfWorkspace.SECOND, (long) k * n * Short.BYTES);
  }

  private void round(Execution execution, Pointer from, Pointer to) {
    move(execution.memory[0], from);
    move(execution.memory[1], to);
    execute(execution);
  }

  /** Multiplies what was rounded last. */
  void multiply(Pointer to) {
    move(multiply.memory[0], first());
    move(multiply.memory[1], second());
    move(multiply.memory[2], to);
    move(multiply.memory[3], workspace.place(HalfWorkspace.SCRATCHPAD, scratchpadBytes));
    execute(multiply);
  }

  private static void move(dnnl_memory memory, Pointer to) {
    OneDnn.check(dnnl.dnnl_memory_set_data_handle(memory, to), "a place");
  }

  private void execute(Execution execution) {
    OneDnn.check(
        dnnl.dnnl_primitive_execute(
            execution.primitive, workspace.stream(), execution.memory.length, execution.args),
        "a product");
  }
}
