/* SPDX-License-Identifier: MIT */
/*
 * A ray tracer's animation: each frame moves the spheres, builds a tree of
 * bounding boxes and a list of lights over them, casts a few rays and drops
 * both. 200 epochs of 3,292 objects, total/peak 1.00. The spheres and the
 * picture stay.
 *
 * expect: arena render_frame
 */
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#ifdef FIXED
#include <memory_resource>
#endif

namespace {

struct Box {
	float low[3], high[3];
};

struct Sphere {
	float at[3], speed[3], radius;
};

struct Branch {
	Box box;
	Branch *left, *right;
	const Sphere *sphere;
};

struct Light {
	const Sphere *sphere;
	Light *next;
	float power;
};

constexpr int spheres = 1500, frames = 200, rays = 40;

#ifdef FIXED
alignas(16) std::byte buffer[1 << 19];
std::pmr::monotonic_buffer_resource region(buffer, sizeof(buffer));

template <class T> T *make() { return new (region.allocate(sizeof(T))) T(); }
#else
template <class T> T *make() { return new T(); }
#endif

float uniform()
{
	static unsigned seed = 99;
	seed = seed * 1664525 + 1013904223;
	return float(seed >> 8) / float(1 << 24);
}

void widen(Box &box, const Box &other)
{
	for (int i = 0; i < 3; i++) {
		box.low[i] = std::min(box.low[i], other.low[i]);
		box.high[i] = std::max(box.high[i], other.high[i]);
	}
}

Branch *leaf(const Sphere &sphere)
{
	Branch *branch = make<Branch>();
	branch->sphere = &sphere;
	for (int i = 0; i < 3; i++) {
		branch->box.low[i] = sphere.at[i] - sphere.radius;
		branch->box.high[i] = sphere.at[i] + sphere.radius;
	}
	return branch;
}

Branch *split(Sphere *first, Sphere *last)
{
	if (last - first == 1)
		return leaf(*first);
	Sphere *middle = first + (last - first) / 2;
	Branch *branch = make<Branch>();
	branch->left = split(first, middle);
	branch->right = split(middle, last);
	branch->box = branch->left->box;
	widen(branch->box, branch->right->box);
	return branch;
}

Light *find_lights(const Sphere *first, const Sphere *last)
{
	Light *lights = nullptr;
	for (; first != last; ++first)
		if (first->radius > 0.04f) {
			Light *light = make<Light>();
			*light = { first, lights, first->radius };
			lights = light;
		}
	return lights;
}

int cast(const Branch *branch, float x, float y)
{
	if (x < branch->box.low[0] || x > branch->box.high[0] ||
	    y < branch->box.low[1] || y > branch->box.high[1])
		return 0;
	if (branch->sphere)
		return 1;
	return cast(branch->left, x, y) + cast(branch->right, x, y);
}

#ifndef FIXED
void drop(Branch *branch)
{
	if (!branch)
		return;
	drop(branch->left);
	drop(branch->right);
	delete branch;
}

void drop(Light *light)
{
	while (light)
		delete std::exchange(light, light->next);
}
#endif

[[gnu::noinline]] float render_frame(Sphere *scene, float *picture)
{
	float sum = 0;
	for (int i = 0; i < spheres; i++)
		scene[i].at[i % 3] += scene[i].speed[i % 3];
	Branch *root = split(scene, scene + spheres);
	Light *lights = find_lights(scene, scene + spheres);
	for (int i = 0; i < rays; i++)
		picture[i] = float(cast(root, uniform(), uniform()));
	for (const Light *light = lights; light; light = light->next)
		sum += light->power;
	for (int i = 0; i < rays; i++)
		sum += picture[i];
#ifdef FIXED
	region.release();
#else
	drop(lights);
	drop(root);
#endif
	return sum;
}

} // namespace

int main()
{
	auto scene = std::make_unique<Sphere[]>(spheres);
	auto picture = std::make_unique<float[]>(rays);
	double sum = 0;

	for (int i = 0; i < spheres; i++) {
		for (int j = 0; j < 3; j++) {
			scene[i].at[j] = uniform();
			scene[i].speed[j] = uniform() / 1000;
		}
		scene[i].radius = uniform() / 20;
	}
	std::sort(scene.get(), scene.get() + spheres,
		  [](const Sphere &a, const Sphere &b) {
			  return a.at[0] < b.at[0];
		  });
	for (int i = 0; i < frames; i++)
		sum += render_frame(scene.get(), picture.get());
	std::printf("%.2f\n", sum);
}
