// consumer MODEL: what a project that knows only the installed package does; prints predictions for rows of zeros.
#include <cstdio>
#include <vector>

#include "pratique/pratique.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  absl::StatusOr<pratique::Model> model = pratique::Load(argv[1]);
  if (!model.ok()) return std::puts(model.status().ToString().c_str()), 1;
  std::vector<double> x(3 * model->n_features());
  absl::StatusOr<pratique::Matrix> y = model->Predict(pratique::Dense(x, 3, model->n_features()));
  if (!y.ok()) return std::puts(y.status().ToString().c_str()), 1;
  for (size_t i = 0; i < y->rows(); ++i) std::printf("%.17g\n", y->at(i));
}
