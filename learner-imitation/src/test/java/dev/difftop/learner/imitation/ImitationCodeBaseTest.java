package dev.difftop.learner.imitation;

final class ImitationCodeBaseTest extends ImitationContract {
  @Override
  boolean hasCode() {
    return true;
  }

  @Override
  boolean hasBase() {
    return true;
  }
}
