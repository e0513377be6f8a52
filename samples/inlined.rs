// SPDX-License-Identifier: MIT
//! What inlined.cc is for C++: generics, methods and closures that rustc
//! inlines. Stacks A to D are their names in the legacy mangling, V to Y in
//! v0. Frames of the standard library stand before frame 0.
use std::hint::black_box;

struct Shelf<T> {
    items: Vec<T>,
}

impl<T: Default + Clone> Shelf<T> {
    #[inline(always)]
    fn fill(&mut self, n: usize) {
        self.items = Vec::with_capacity(n); // stack A0i inlined::Shelf<T>::fill | B0i inlined::Shelf<T>::fill | V0i <inlined::Shelf<u32>>::fill | W0i <inlined::Shelf<f64>>::fill
        self.items.resize(1, T::default());
    }
}

#[inline(always)]
fn stock<T: Default + Clone>(n: usize) -> Shelf<T> {
    let mut shelf = Shelf { items: Vec::new() };
    shelf.fill(n + 1); // stack A1i inlined::stock | B1i inlined::stock | V1i inlined::stock::<u32> | W1i inlined::stock::<f64>
    shelf
}

#[inline(always)]
fn order<T: Default + Clone>(n: usize) -> Shelf<T> {
    let shelf = stock(n * 2); // stack A2i inlined::order | B2i inlined::order | V2i inlined::order::<u32> | W2i inlined::order::<f64>
    black_box(shelf)
}

#[inline(never)]
fn open_shop<T: Default + Clone>(n: usize) -> Shelf<T> {
    let shelf = order::<T>(n); // stack A3 inlined::open_shop | B3 inlined::open_shop | V3 inlined::open_shop::<u32> | W3 inlined::open_shop::<f64>
    black_box(shelf)
}

#[inline(never)]
fn call(action: &dyn Fn(usize) -> Box<[u8; 77]>) -> Box<[u8; 77]> {
    let made = action(1); // stack C1 inlined::call | X1 inlined::call
    black_box(made)
}

trait Plant {
    fn grow(&self, n: usize) -> String;
}

struct Tree;

impl Plant for Tree {
    #[inline(never)]
    fn grow(&self, n: usize) -> String {
        let text = String::with_capacity(n + 55); // stack D0 <inlined::Tree as inlined::Plant>::grow | Y0 <inlined::Tree as inlined::Plant>::grow
        black_box(text)
    }
}

fn main() {
    let n = black_box(3);
    std::mem::forget(open_shop::<u32>(n)); // stack A4 inlined::main | V4 inlined::main
    std::mem::forget(open_shop::<f64>(n)); // stack B4 inlined::main | W4 inlined::main
    let action = |i: usize| {
        let made = Box::new([i as u8; 77]); // stack C0 inlined::main::{{closure}} | X0 inlined::main::{closure#0}
        black_box(made)
    };
    let action: &dyn Fn(usize) -> Box<[u8; 77]> = black_box(&action);
    std::mem::forget(call(action)); // stack C2 inlined::main | X2 inlined::main
    let plant: &dyn Plant = black_box(&Tree);
    std::mem::forget(plant.grow(n)); // stack D1 inlined::main | Y1 inlined::main
}
