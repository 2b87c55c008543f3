#include "estimators/decomposition/sparse_codes.h"

#include <algorithm>
#include <cmath>

namespace pratique {

std::span<const double> Gram::Row(size_t k) {
  if (rows_[k].data() != nullptr) return rows_[k];
  const size_t n = coding_.n_components, m = coding_.n_features_in;
  std::span<double> row = run_.arena.NewUninitialized<double>(n);
  const double* atom = &coding_.dictionary[k * m];
  for (size_t l = 0; l < n; ++l) {
    const double* other = &coding_.dictionary[l * m];
    double sum = 0;
    for (size_t j = 0; j < m; ++j) sum += atom[j] * other[j];
    row[l] = sum;
  }
  return rows_[k] = row;
}

SparseCodes::SparseCodes(const SparseCoding& coding, Run& run, double epsilon)
    : coding_(coding), epsilon_(epsilon), gram_(coding, run) {
  const size_t n = coding.n_components, most = coding.n_nonzero, m = coding.n_features_in;
  // scikit-learn divides by the number of features, and its lasso multiplies by it.
  penalty_ = coding.alpha / static_cast<double>(m) * static_cast<double>(m);
  const bool matching = coding.code_by == fb::CodeBy::Matching;
  lower_ = run.arena.New<double>(matching ? most * most : 0);
  gamma_ = run.arena.New<double>(matching ? most : 0);
  alpha_ = run.arena.New<double>(n);
  xy_ = run.arena.New<double>(n);
  order_ = run.arena.New<uint32_t>(n);
  active_ = run.arena.New<uint32_t>(n);
  excluded_ = run.arena.New<uint8_t>(n);
  weighted_ = alpha_;
  correlation_ = xy_;
}

// The row of the Cholesky factor for the atom at place `atom`; false where it depends on those before.
bool SparseCodes::Add(size_t atom, size_t n_active) {
  const size_t most = coding_.n_nonzero;
  const std::span<const double> products = gram_.Row(order_[atom]);
  double* row = &lower_[n_active * most];
  const double square = products[order_[atom]];
  if (n_active == 0) {
    row[0] = std::sqrt(square);
    return true;
  }
  double norm2 = 0;
  for (size_t i = 0; i < n_active; ++i) {
    double v = products[order_[i]];
    for (size_t j = 0; j < i; ++j) v -= lower_[i * most + j] * row[j];
    row[i] = v / lower_[i * most + i];
    norm2 += row[i] * row[i];
  }
  const double rest = square - norm2;
  if (rest <= epsilon_) return false;
  row[n_active] = std::sqrt(rest);
  return true;
}

// lower lower^T gamma = the products of the active atoms.
void SparseCodes::Solve(size_t n_active) {
  const size_t most = coding_.n_nonzero;
  for (size_t i = 0; i < n_active; ++i) {
    double v = xy_[i];
    for (size_t j = 0; j < i; ++j) v -= lower_[i * most + j] * gamma_[j];
    gamma_[i] = v / lower_[i * most + i];
  }
  for (size_t i = n_active; i-- > 0;) {
    double v = gamma_[i];
    for (size_t j = i + 1; j < n_active; ++j) v -= lower_[j * most + i] * gamma_[j];
    gamma_[i] = v / lower_[i * most + i];
  }
}

void SparseCodes::Match(std::span<const double> products, std::span<double> code) {
  const size_t n = products.size();
  std::ranges::copy(products, xy_.begin());
  std::ranges::copy(products, alpha_.begin());
  for (size_t k = 0; k < n; ++k) order_[k] = static_cast<uint32_t>(k);
  size_t n_active = 0;
  while (n_active < coding_.n_nonzero) {
    size_t best = 0;
    for (size_t k = 1; k < n; ++k) {
      if (std::abs(alpha_[k]) > std::abs(alpha_[best])) best = k;
    }
    // The same atom twice, or a product too small, or atoms that depend on each other: what there is stays.
    if (best < n_active || alpha_[best] * alpha_[best] < epsilon_ || !Add(best, n_active)) break;
    std::swap(order_[n_active], order_[best]);
    std::swap(xy_[n_active], xy_[best]);
    ++n_active;
    Solve(n_active);
    std::ranges::copy(xy_, alpha_.begin());
    for (size_t i = 0; i < n_active; ++i) {
      const std::span<const double> row = gram_.Row(order_[i]);
      for (size_t k = 0; k < n; ++k) alpha_[k] -= gamma_[i] * row[order_[k]];
    }
  }
  std::ranges::fill(code, 0.0);
  for (size_t i = 0; i < n_active; ++i) code[order_[i]] = gamma_[i];
}

double SparseCodes::DualGap(std::span<const double> products, double norm2, std::span<const double> code,
                            double& dual_norm) {
  double product = 0, square = 0, absolute = 0;
  for (size_t k = 0; k < code.size(); ++k) {
    product += code[k] * products[k];
    square += code[k] * weighted_[k];
    absolute += std::abs(code[k]);
    correlation_[k] = products[k] - weighted_[k];
  }
  dual_norm = coding_.positive ? correlation_[0] : std::abs(correlation_[0]);
  for (const double c : correlation_) dual_norm = std::max(dual_norm, coding_.positive ? c : std::abs(c));
  const double residual = norm2 + square - 2 * product, scale = dual_norm > penalty_ ? penalty_ / dual_norm : 1;
  return 0.5 * residual + penalty_ * absolute - (-0.5 * (scale * scale) * residual + scale * (norm2 - product));
}

// Gap safe rules: atoms that cannot be part of the code are left out from then on.
void SparseCodes::Screen(double gap, double dual_norm, std::span<double> code, bool first) {
  const double radius = std::sqrt(2 * std::abs(gap)) / penalty_;
  n_active_ = 0;
  for (size_t k = 0; k < code.size(); ++k) {
    if (!first && excluded_[k] != 0) continue;
    const std::span<const double> row = gram_.Row(k);
    const bool empty = first && row[k] == 0;
    const double theta = correlation_[k] / std::max(penalty_, dual_norm);
    excluded_[k] = empty || (1 - std::abs(theta)) / std::sqrt(row[k]) > radius;
    if (excluded_[k] == 0) {
      active_[n_active_++] = static_cast<uint32_t>(k);
      continue;
    }
    if (code[k] == 0) continue;
    for (size_t l = 0; l < code.size(); ++l) weighted_[l] -= code[k] * row[l];
    code[k] = 0;
  }
}

void SparseCodes::Descend(std::span<const double> products, double norm2, std::span<double> code) {
  const bool screens = !coding_.before_screening;
  const double step = screens ? 1e-8 : 1e-4, tolerance = step * norm2;
  const auto is_within = [screens](double value, double bound) { return screens ? value <= bound : value < bound; };
  const size_t n = products.size();
  std::ranges::fill(code, 0.0);
  std::ranges::fill(weighted_, 0.0);
  for (size_t k = 0; k < n; ++k) active_[k] = static_cast<uint32_t>(k);
  n_active_ = n;
  double dual_norm = 0;
  if (screens) {
    const double gap = DualGap(products, norm2, code, dual_norm);
    if (0 <= gap && gap <= tolerance) return;
    Screen(gap, dual_norm, code, /*first=*/true);
  }
  for (uint32_t iteration = 0; iteration < coding_.max_iter; ++iteration) {
    double most = 0, most_moved = 0;
    for (size_t a = 0; a < n_active_; ++a) {
      const size_t k = active_[a];
      const std::span<const double> row = gram_.Row(k);
      if (row[k] == 0) continue;
      const double before = code[k];
      if (!screens && before != 0) {
        for (size_t l = 0; l < n; ++l) weighted_[l] -= before * row[l];
      }
      const double target = screens ? products[k] - weighted_[k] + before * row[k] : products[k] - weighted_[k];
      const double shrunk = std::max(std::abs(target) - penalty_, 0.0) / row[k];
      code[k] = coding_.positive && target < 0 ? 0 : target > 0 ? shrunk : target < 0 ? -shrunk : 0;
      const double moved = screens ? code[k] - before : code[k];
      if (moved != 0) {
        for (size_t l = 0; l < n; ++l) weighted_[l] += moved * row[l];
      }
      most_moved = std::max(most_moved, std::abs(code[k] - before));
      most = std::max(most, std::abs(code[k]));
    }
    if (most != 0 && !is_within(most_moved / most, step) && iteration + 1 != coding_.max_iter) continue;
    const double gap = DualGap(products, norm2, code, dual_norm);
    if (is_within(gap, tolerance)) return;
    if (screens) Screen(gap, dual_norm, code, /*first=*/false);
  }
}

}  // namespace pratique
