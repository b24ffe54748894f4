;; The reference kernel of the calibrated unit: what a node's speed in fuel per second is measured with.
;; Every step depends on the one before, so that no compiler can fold it: an integer generator (xorshift64*) chooses a
;; cell of a 256 KiB table, a branch, and a floating-point map; what they give is written back and steers the next step.
(module
  (memory (export "memory") 4)
  (func (export "run") (param $steps i32) (param $seed i64) (result i64)
    (local $x i64) (local $at i32) (local $f f64) (local $sum i64)
    (local.set $x (i64.or (local.get $seed) (i64.const 1)))
    (local.set $f (f64.const 0.5))
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 0x40000)) ;; the same work each time
    (loop $again
      (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 12))))
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 25))))
      (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 27))))
      (local.set $at (i32.and (i32.wrap_i64 (i64.mul (local.get $x) (i64.const 0x2545F4914F6CDD1D))) (i32.const 0x3FFF8)))
      (if (i64.eqz (i64.and (local.get $x) (i64.const 3)))
        (then ;; one step in four: a logistic map, kept in (0, 1) by its own formula
          (local.set $f (f64.mul (f64.mul (f64.const 3.9) (local.get $f)) (f64.sub (f64.const 1) (local.get $f))))
          (i64.store (local.get $at) (i64.reinterpret_f64 (local.get $f))))
        (else
          (local.set $sum (i64.add (i64.rotl (local.get $sum) (i64.const 7)) (i64.load (local.get $at))))
          (i64.store (local.get $at) (i64.xor (local.get $sum) (local.get $x)))
          (local.set $x (i64.add (local.get $x) (i64.shr_u (local.get $sum) (i64.const 33))))))
      (br_if $again (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))
    (i64.add (local.get $sum) (i64.reinterpret_f64 (local.get $f)))))
