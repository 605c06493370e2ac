package dev.difftop.learner.imitation;

final class ImitationBaseTest extends ImitationContract {
  @Override
  boolean hasBase() {
    return true;
  }
}
