// SPDX-License-Identifier: MIT-0
// Blocks that another thread is done with go back to their owner, in batches:
// one lock for `batch` of them.
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

struct object {
	unsigned char bytes[@bytes@]; // your members
};

using objects = std::vector<std::unique_ptr<object>>;
constexpr std::size_t batch = @capacity@;

class owner { // the thread that allocates
	objects idle; // its own
	std::mutex lock;
	objects returned; // by others; under the lock

public:
	std::unique_ptr<object> get() // as its last user left it
	{
		if (idle.empty()) {
			std::lock_guard<std::mutex> hold(lock);
			idle.swap(returned);
		}
		if (idle.empty())
			return std::make_unique<object>();
		auto o = std::move(idle.back());
		idle.pop_back();
		return o;
	}
	void take_back(objects &batch_of)
	{
		std::lock_guard<std::mutex> hold(lock);
		for (auto &o : batch_of)
			returned.push_back(std::move(o));
		batch_of.clear();
	}
};

// In the thread that is done with it; `done` is this thread's, for one owner.
void give_back(owner &to, objects &done, std::unique_ptr<object> o)
{
	done.push_back(std::move(o));
	if (done.size() >= batch)
		to.take_back(done);
}
