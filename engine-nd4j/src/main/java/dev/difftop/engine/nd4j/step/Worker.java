package dev.difftop.engine.nd4j.step;

import dev.difftop.engine.nd4j.lane.Lane;
import dev.difftop.engine.nd4j.memory.Area;
import dev.difftop.engine.nd4j.memory.View;
import dev.difftop.engine.nd4j.product.Products;

/**
 * What one thread works with: its samples, where the storages lie for it, and tiles.
 *
 * @param <A> kind of tile
 */
public final class Worker<A> {
  public final Lane<A> lane;

  /** What multiplies matrices for it. */
  public final Products products;

  public final int index;

  /** Number of workers. */
  public final int workers;

  /** First of its samples. */
  public final int firstSample;

  /** Number of its samples. */
  public final int samples;

  /** Number of all workers' samples. */
  public final int batch;

  /** Where storages lie, from the worker's first sample on. */
  public final Area[] own;

  /** Where storages lie, from the first sample of all on. */
  public final Area[] whole;

  /** Tiles for fused loops; nothing in them outlives a step. */
  public final A[] tiles;

  /** Native memory; nothing in it outlives a step. */
  public final Area scratch;

  public Worker(
      Lane<A> lane,
      int index,
      int workers,
      int firstSample,
      int samples,
      int batch,
      Area[] own,
      Area[] whole,
      Area scratch,
      int tileCount,
      int tileLength) {
    this.lane = lane;
    this.products = lane.products.forWorker();
    this.index = index;
    this.workers = workers;
    this.firstSample = firstSample;
    this.samples = samples;
    this.batch = batch;
    this.own = own;
    this.whole = whole;
    this.scratch = scratch;
    this.tiles = lane.tiles(tileCount);
    for (int i = 0; i < tileCount; i++) {
      tiles[i] = lane.tile(tileLength);
    }
  }

  /** First of the worker's share of {@code n} pieces of work that are not samples. */
  int firstOf(int n) {
    return (int) ((long) n * index / workers);
  }

  /** End of its share. */
  int endOf(int n) {
    return (int) ((long) n * (index + 1) / workers);
  }

  /** Where a view's storage lies for a step on the worker's samples. */
  public Area area(View view, boolean perSample) {
    return perSample ? own[view.storage().index] : whole(view);
  }

  /** Where a view's storage lies for a step on all samples. */
  public Area whole(View view) {
    return whole[view.storage().index];
  }
}
