// Two hosts on one machine: network namespaces, joined by a cable of their own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "log/result.h"
#include "tests/process/harness_process.h"

namespace groupctl::process_test {

/// A network namespace. It is gone with the process that holds it, and so with the test.
class Host {
 public:
  /// Its number is the last one of its address.
  Host(const std::string& subnet, int number);
  const std::string& address() const { return address_; }
  /// Words before a program that is to run here.
  std::vector<std::string> inside() const;

  /// Its end of the cable.
  Status set_link(bool up) const;
  /// From now on nothing goes from here to that host, while what it says comes.
  Status lose_what_goes_to(const Host& other) const;
  Status find_again(const Host& other) const;

 private:
  friend class TwoHosts;
  Status hold();
  Status bring_up() const;
  Status free_loopback() const;
  Status run_inside(std::vector<std::string> words) const;
  Status ip(const std::vector<std::string>& words) const;

  const std::string address_;
  Process holder_;
};

class TwoHosts {
 public:
  /// Addresses are SUBNET.1 and SUBNET.2, with 24 bits in common; also those of a loopback network,
  /// which then is on the cable. Error: why there can be none here.
  static Result<std::unique_ptr<TwoHosts>> make(const std::string& subnet);
  const Host& first() const { return first_; }
  const Host& second() const { return second_; }

 private:
  explicit TwoHosts(const std::string& subnet) : first_(subnet, 1), second_(subnet, 2) {}
  Host first_;
  Host second_;
};

}  // namespace groupctl::process_test
